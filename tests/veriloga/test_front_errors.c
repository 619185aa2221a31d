/* The errors of the front end: their words and places, that one slip gives one message and the rest is
 * still read, and that memory may run out anywhere. */
#include "front_text.h"

#include <dirent.h>

typedef struct slip {
    const char *text, *want;
} slip;

static const slip statements[] = {
    {"x = 1\n"
     "y = 2;",
     "2:5: error: missing ';' after '1'\n"},
    {"x = (1 + 2;", "2:11: error: ')' expected, not ';'\n"
                    "2:5: note: '(' opens here\n"},
    {"x = 1 + ;", "2:9: error: an expression expected, not ';'\n"},
    {"x = 1 y = 2;", "2:7: error: ';' expected, not 'y'\n"},
    {"x = a b;", "2:7: error: ';' expected, not 'b'\n"},
    {"x = f(a, b;", "2:11: error: ')' expected, not ';'\n"
                    "2:6: note: '(' opens here\n"},
    {"I(a,b) = 3;", "2:8: error: '=' assigns to variables, not to I(...) | a contribution is written with <+\n"},
    {"x <+ 3;", "2:3: error: '<+' contributes to a branch, as in I(p, n) <+ ... | a variable is assigned with =\n"},
    {"x <= 3;", "2:3: error: '<=' assigns only in digital Verilog | write =\n"},
    {"I(a) <= 3;", "2:6: error: '<=' assigns only in digital Verilog | a contribution is written with <+\n"},
    {"x == 3;", "2:3: error: '==' compares | = assigns\n"},
    {"x += 3;", "2:3: error: Verilog-A has neither x++ nor x += 1 | write x = x + 1\n"},
    {"x++;", "2:2: error: Verilog-A has neither x++ nor x += 1 | write x = x + 1\n"},
    {"I(a,b) < + 3;", "2:8: error: '< +' is no contribution | write <+ without a blank\n"},
    {"if (x = 1) y = 2;", "2:7: error: '=' cannot stand in a condition | == compares\n"},
    {"if x > 1 y = 2;", "2:4: error: '(' expected, not 'x'\n"},
    {"if (x > 1 y = 2; else y = 3;", "2:11: error: ')' expected, not 'y'\n"
                                     "2:4: note: '(' opens here\n"},
    {"if (x > (1) begin y = 2; end", "2:13: error: ')' expected, not 'begin'\n"
                                     "2:4: note: '(' opens here\n"},
    {"if (x) y = 1; z = 2; else y = 3;",
     "2:22: error: this 'else' has no 'if' | several statements of an if stand between begin and end\n"},
    {"if (x) begin y = 1; end; else y = 3;", "2:26: error: this 'else' has no 'if' | remove the ';' after 'end'\n"},
    {"for (i = 0, i < 3; i = i + 1) x = 1;", "2:11: error: ';' expected, not ','\n"},
    {"for (i = 0; i < 3; i++) x = 1;", "2:21: error: this is no assignment | write i = i + 1\n"},
    {"for (integer i = 0; i < 3; i = i + 1) x = 1;",
     "2:6: error: a for loop cannot declare its variable | declare it before the loop\n"},
    {"whille (x) y = 1;", "2:1: error: 'whille' begins no statement | did you mean 'while'?\n"},
    {"els y = 1;", "2:1: error: 'els' begins no statement | did you mean 'else'?\n"},
    {"retorn x;", "2:1: error: 'retorn' begins no statement | nets and instances are declared outside of analog\n"},
    {"return x;", "2:1: error: 'return' begins no statement | it belongs to SystemVerilog\n"},
    {"break;", "2:1: error: 'break' begins no statement | it belongs to SystemVerilog\n"},
    {"foo;", "2:1: error: 'foo' begins no statement | did you mean 'for'?\n"},
    {"case (x) 1: y = 1; 2 y = 2; 3: y = 3; endcase", "2:22: error: ':' behind the value expected, not 'y'\n"},
    {"case (x) 1: y = 1; ", "2:1: error: this 'case' has no 'endcase'\n"
                            "3:1: note: it is still open at 'end'\n"},
    {"begin x = 1;", "1:24: error: this 'begin' has no 'end'\n"
                     "3:5: note: it is still open at 'endmodule'\n"},
    {"x = 1; end", "3:1: error: this 'end' closes nothing\n"},
    {"x = 1; endcase y = 2;", "2:8: error: a statement expected, not 'endcase'\n"},
    {"@(initial_step || cross(x)) y = 1;", "2:16: error: '||' cannot join events | write or between events\n"},
    {"@(*) y = 1;", "2:1: error: @(*) is digital Verilog-AMS, not part of the analog subset\n"},
    {"@(1) y = 1;", "2:3: error: an event: initial_step, cross(...), timer(...) expected, not '1'\n"},
    {"@ y = 1;", "2:5: error: a statement expected, not '='\n"},
    {"always x = 1;", "2:1: error: 'always' is digital Verilog-AMS, not part of the analog subset | analog code stands "
                      "in an analog block\n"},
    {"wait (x) y = 1;",
     "2:1: error: 'wait' is digital Verilog-AMS, not part of the analog subset | use @(cross(...)) or @(above(...))\n"},
    {"forever x = 1;", "2:1: error: 'forever' is digital Verilog-AMS, not part of the analog subset\n"},
    {"casez (x) 1: y = 1; endcase",
     "2:1: error: 'casez' is digital Verilog-AMS, not part of the analog subset | use case\n"},
    {"assign x = 1;",
     "2:1: error: 'assign' is digital Verilog-AMS, not part of the analog subset | in analog write V(out) <+ ...\n"},
    {"x = real(y);",
     "2:5: error: 'real' is no function | a value is converted where it is assigned; $rtoi and $itor convert\n"},
    {"x = if (y) 1;",
     "2:5: error: 'if' cannot stand in an expression | inside an expression write condition ? a : b\n"},
    {"x = begin;", "2:5: error: an expression expected, not 'begin'\n"},
    {"x = a[1;", "2:8: error: ']' expected, not ';'\n"
                 "2:6: note: '[' opens here\n"},
    {"x = a[];", "2:7: error: an expression expected, not ']'\n"},
    {"x = {1, 2;", "2:10: error: '}' expected, not ';'\n"
                   "2:5: note: '{' opens here\n"},
    {"x = a ? b;", "2:10: error: ':' of '?' expected, not ';'\n"},
    {"x = \"a\" 3;", "2:9: error: ';' expected, not '3'\n"},
    {"V(x) : V(a) = 0;", "2:13: error: '==' of the indirect contribution expected, not '='\n"},
    {"V(x) : ", "3:1: error: an expression expected, not 'end'\n"},
    {"disable;", "2:8: error: the name of a block expected, not ';'\n"},
    {"generate i (0, 3) x = 1;", "2:1: error: a statement expected, not 'generate' | generate is obsolete in analog: "
                                 "write for (i = 0; i <= n; i = i + 1)\n"},
    {"branch (a, b) br;", "2:1: error: a statement expected, not 'branch' | it is declared outside of analog\n"},
    {"electrical n;",
     "2:1: error: 'electrical' begins no statement | nets and instances are declared outside of analog\n"},
    {"f(a) g;", "2:1: error: 'f' begins no statement\n"},
    {"$strobe(\"x\" x);", "2:13: error: ')' expected, not 'x'\n"
                          "2:8: note: '(' opens here\n"},
    {"$strobe(\"x) ;",
     "2:9: error: the closing '\"' of this string is missing | a string ends on the line where it begins\n"},
    {"x = 3 // no semicolon\n"
     "y = 4 // no semicolon\n"
     "z = 5;",
     "2:5: error: missing ';' after '3'\n"
     "3:5: error: missing ';' after '4'\n"},
    {"(* a = *) x = 1;", "2:8: error: an expression expected, not '*)'\n"},
    {"(* 1 *) x = 1;", "2:4: error: the name of an attribute expected, not '1'\n"},
    {"(* a x = 1;", "2:11: error: the name of an attribute expected, not ';'\n"},
    {"x = `FOO;", "2:5: error: macro `FOO is not defined\n"},
    {"`FOO(1, 2)\n"
     "y = = 2;",
     "2:1: error: macro `FOO is not defined\n"
     "3:5: error: an expression expected, not '='\n"},
    {"x = a.;", "2:7: error: a name behind '.' expected, not ';'\n"},
    {"x = a.1;", "2:6: error: ';' expected, not '.1'\n"},
    {"begin : 1 x = 1; end", "2:9: error: the name of a block expected, not '1'\n"},
    {"begin : end x = 1; end", "2:9: error: 'end' is a keyword and cannot be the name of a block\n"},
    {"parameter real p;", "2:16: error: parameter 'p' has no default | write parameter real name = default;\n"},
    {"real begin;", "2:6: error: 'begin' is a keyword and cannot be the name of a variable\n"},
    {"real x y;", "2:8: error: ';' expected, not 'y'\n"},
    {"endmodule", "1:24: error: this 'begin' has no 'end'\n"
                  "2:1: note: it is still open at 'endmodule'\n"
                  "3:1: error: 'end' stands outside of a module\n"},
    {"f(a) + 1;", "2:6: error: '<+' or ';' expected, not '+'\n"},
    {"a[1] 2;", "2:6: error: '=' expected, not '2'\n"},
    {"disable = 3;", "2:1: warning: 'disable' is a keyword of Verilog-AMS; it is read as an ordinary name\n"},
    {"from = 3; x = from;", "2:1: warning: 'from' is a keyword of Verilog-AMS; it is read as an ordinary name\n"
                            "2:15: error: an expression expected, not 'from'\n"},
    {"x = y <+ 2;", "2:7: error: ';' expected, not '<+'\n"},
    {"x = a === ;", "2:11: error: an expression expected, not ';'\n"},
    {"x = f(a\n"
     "y = 3;",
     "3:1: error: ')' expected, not 'y'\n"
     "2:6: note: '(' opens here\n"},
    {"x = (* a *) 1;", "2:5: error: an expression expected, not '(*'\n"},
    {"begin : b : c x = 1; end", "2:11: error: a statement expected, not ':'\n"},
    {"default: x = 1;", "2:1: error: a statement expected, not 'default'\n"},
    {"analog x = 1;", "1:24: error: this 'begin' has no 'end'\n"
                      "2:1: note: it is still open at 'analog'\n"
                      "3:1: error: this 'end' closes nothing\n"},
    {"case (x) y z: x = 1; 2: y = = 1; endcase", "2:12: error: ':' behind the value expected, not 'z'\n"},
    {"while x y = 1;", "2:7: error: '(' expected, not 'x'\n"},
    {"repeat (3 x = 1;", "2:11: error: ')' expected, not 'x'\n"
                         "2:8: note: '(' opens here\n"},
    {"@(cross(x) y = 1;\n"
     "y = = 2;",
     "2:12: error: ')' expected, not 'y'\n"
     "2:2: note: '(' opens here\n"
     "3:5: error: an expression expected, not '='\n"},
    {"if (`FOO > 1) y = 2; else y = = 3;", "2:5: error: macro `FOO is not defined\n"
                                           "2:31: error: an expression expected, not '='\n"},
    {"x = 1 +\n"
     "y = 2;",
     "3:3: error: '=' cannot stand in an expression | == compares; or is a ';' missing before?\n"},
    {"x = 1; } y = 2;", "2:8: error: a statement expected, not '}'\n"},
    {"x = 5V + 3;", "2:5: error: '5V' is no number | numbers carry no units\n"},
    {"x = \\ ;", "2:5: error: '\\' cannot stand here\n"},
    {"$display x;", "2:10: error: '(' or ';' expected, not 'x'\n"},
    {"begin x = 1 end", "2:11: error: missing ';' after '1'\n"},
    {"if (x) y = 1 else y = 2;", "2:12: error: missing ';' after '1'\n"},
    {"x = @ 3;\n"
     "if (y) begin y = = 3; end else\n"
     "z = 2 +;",
     "2:5: error: an expression expected, not '@'\n"
     "3:18: error: an expression expected, not '='\n"
     "4:8: error: an expression expected, not ';'\n"},
};

static const slip items[] = {
    {"paraneter real x = 1;", "2:1: error: 'paraneter' begins no item of a module | did you mean 'parameter'?\n"},
    {"parammeter real x = 1; real y;",
     "2:1: error: 'parammeter' begins no item of a module | did you mean 'parameter'?\n"},
    {"analg begin x = 1; end\n"
     "real y;",
     "2:1: error: 'analg' begins no item of a module | did you mean 'analog'?\n"},
    {"electrical a b;", "2:14: error: ';' expected, not 'b'\n"},
    {"electrical a\n"
     "electrical b;",
     "2:12: error: missing ';' after 'a'\n"},
    {"inout a\n"
     "inout b;",
     "2:7: error: missing ';' after 'a'\n"},
    {"inout real x;", "2:7: error: a port of an analog module cannot be of type real | give it a discipline: "
                      "electrical, voltage, ...\n"},
    {"output reg q;", "2:8: error: 'reg' is digital Verilog-AMS, not part of the analog subset\n"},
    {"wreal w;", "2:1: error: 'wreal' is digital Verilog-AMS, not part of the analog subset\n"},
    {"reg x;", "2:1: error: 'reg' is digital Verilog-AMS, not part of the analog subset\n"},
    {"reg [3:0] x, y;\n"
     "always @(posedge clk) begin if (a) x <= 1; else x <= 2; end\n"
     "real z",
     "2:1: error: 'reg' is digital Verilog-AMS, not part of the analog subset\n"
     "3:1: error: 'always' is digital Verilog-AMS, not part of the analog subset | analog code stands in an analog "
     "block\n"
     "4:6: error: missing ';' after 'z'\n"},
    {"initial begin x = 1; end\n"
     "initial x = 1;\n"
     "initial if (a) x = 1; else x = 2;",
     "2:1: error: 'initial' is digital Verilog-AMS, not part of the analog subset | use analog initial, or "
     "@(initial_step) in analog\n"
     "3:1: error: 'initial' is digital Verilog-AMS, not part of the analog subset | use analog initial, or "
     "@(initial_step) in analog\n"
     "4:1: error: 'initial' is digital Verilog-AMS, not part of the analog subset | use analog initial, or "
     "@(initial_step) in analog\n"},
    {"assign a = b;",
     "2:1: error: 'assign' is digital Verilog-AMS, not part of the analog subset | in analog write V(out) <+ ...\n"},
    {"and g1(a, b, c);", "2:1: error: 'and' is digital Verilog-AMS, not part of the analog subset\n"},
    {"task t; begin x = 1; end endtask", "2:1: error: 'task' is digital Verilog-AMS, not part of the analog subset | "
                                         "use an analog function with output arguments\n"},
    {"specify (a => b) = 1; endspecify",
     "2:1: error: 'specify' is digital Verilog-AMS, not part of the analog subset\n"},
    {"function real f; input x; f = x; endfunction",
     "2:1: error: a function without analog belongs to digital Verilog-AMS | write analog function\n"},
    {"analog function real f; input x; f = x;\n"
     "analog x = 1;",
     "2:22: error: this function has no 'endfunction'\n"},
    {"analog function real f input x; f = x; endfunction", "2:22: error: missing ';' after 'f'\n"},
    {"analog function real; input x; f = x; endfunction", "2:21: error: the name of a function expected, not ';'\n"},
    {"analog function real f; input x, 1; f = x; endfunction",
     "2:34: error: the name of an argument expected, not '1'\n"},
    {"x = 1;\n"
     "y = 2;",
     "2:1: error: a statement stands outside of an analog block | put it into analog begin ... end; is an 'end' too "
     "many above?\n"},
    {"V(a) <+ 3;", "2:1: error: a statement stands outside of an analog block | put it into analog begin ... end; is "
                   "an 'end' too many above?\n"},
    {"if (a) x = 1;", "2:8: error: a statement stands outside of an analog block | put it into analog begin ... end; "
                      "is an 'end' too many above?\n"},
    {"@(initial_step) x = 1;", "2:1: error: a statement stands outside of an analog block | put it into analog begin "
                               "... end; is an 'end' too many above?\n"},
    {"end", "2:1: error: this 'end' closes nothing\n"},
    {"endfunction", "2:1: error: this 'endfunction' closes nothing\n"},
    {"analog begin\n"
     " if (a) begin\n"
     "  x = 1;\n"
     " end\n"
     "end\n"
     "end\n"
     " x = 3;\n"
     " y = = 4;\n"
     "end",
     "7:1: error: this 'end' closes nothing\n"
     "8:2: error: a statement stands outside of an analog block | put it into analog begin ... end; is an 'end' too "
     "many above?\n"},
    {"parameter real x = 1 from 0:1;", "2:27: error: '[', '(' or '{' behind from expected, not '0'\n"},
    {"parameter real x = 1 from (0;1);", "2:29: error: ':' of the range expected, not ';' | a range is written "
                                         "[low:high], with round brackets where the bound itself is left out\n"},
    {"parameter real x = 1 from (0:1;", "2:31: error: ']' expected, not ';'\n"
                                        "2:27: note: '(' opens here\n"},
    {"parameter real x = 1 from [0:1] exclude;", "2:40: error: an expression expected, not ';'\n"},
    {"parameter real x = 1 form (0:1);", "2:22: error: ';' expected, not 'form' | did you mean 'from'?\n"},
    {"parameter real = 1;", "2:16: error: the name of a parameter expected, not '='\n"},
    {"parameter real x 1;", "2:16: error: parameter 'x' has no default | write parameter real name = default;\n"},
    {"parameter real x = 1, ;", "2:23: error: the name of a parameter expected, not ';'\n"},
    {"parameter real x = , y = 2;", "2:20: error: an expression expected, not ','\n"},
    {"parameter x;\n"
     "parameter real y;",
     "2:11: error: parameter 'x' has no default | write parameter real name = default;\n"
     "3:16: error: parameter 'y' has no default | write parameter real name = default;\n"},
    {"real x[3];", "2:7: error: a range needs two bounds | write the first and the last index: [0:n-1]\n"},
    {"real x[0:3;", "2:11: error: ']' expected, not ';'\n"
                    "2:7: note: '[' opens here\n"},
    {"branch a, b x;", "2:8: error: '(' behind branch expected, not 'a'\n"},
    {"branch (a, b);", "2:14: error: the name of a branch expected, not ';'\n"},
    {"branch (a b) x;", "2:11: error: ')' expected, not 'b'\n"
                        "2:8: note: '(' opens here\n"},
    {"branch (a, b) x\n"
     "branch (a, b) y;",
     "2:15: error: missing ';' after 'x'\n"},
    {"branch (<a) x;", "2:11: error: '>' expected, not ')'\n"},
    {"aliasparam a = 1;", "2:16: error: the name of a parameter expected, not '1'\n"},
    {"aliasparam a;", "2:13: error: '=' expected, not ';'\n"},
    {"ground;", "2:7: error: the name of a ground net expected, not ';'\n"},
    {"genvar;", "2:7: error: the name of a genvar expected, not ';'\n"},
    {"res r1(.p a);", "2:11: error: '(' expected, not 'a'\n"},
    {"res r1(a, b\n"
     "real x;",
     "3:1: error: ')' expected, not 'real'\n"
     "2:7: note: '(' opens here\n"},
    {"res #(1 r1(a);", "2:9: error: ')' expected, not 'r1'\n"
                       "2:6: note: '(' opens here\n"},
    {"res #5 r1(a);", "2:6: error: '(' expected, not '5'\n"},
    {"generate for (i = 0; i < 3; i = i + 1) begin real x; end", "2:1: error: this 'generate' has no 'endgenerate'\n"},
    {"if (a) begin real x;", "2:8: error: this 'begin' has no 'end'\n"},
    {"if (a real x; ", "2:7: error: ')' expected, not 'real'\n"
                       "2:4: note: '(' opens here\n"},
    {"case (a) 1: real x;", "2:1: error: this 'case' has no 'endcase'\n"},
    {"endgenerate", "2:1: error: this 'endgenerate' closes nothing\n"},
    {"else real x;", "2:1: error: this 'else' has no 'if'\n"},
    {"generate", "2:1: error: this 'generate' has no 'endgenerate'\n"},
    {"analog begin\n"
     "  if (V(a) > 1) begin\n"
     "    x = 1;\n"
     "  I(a) <+ x;\n"
     "end",
     "2:8: error: this 'begin' has no 'end'\n"
     "7:1: note: it is still open at 'endmodule'\n"},
    {"analog begin\n"
     "  case (n)\n"
     "    1: x = 1;\n"
     "    2: begin x = 2;\n"
     "  endcase\n"
     "end",
     "5:8: error: this 'begin' has no 'end'\n"
     "6:3: note: it is still open at 'endcase'\n"},
    {"1 + 2;", "2:1: error: a statement stands outside of an analog block | put it into analog begin ... end; is an "
               "'end' too many above?\n"},
    {"defparam a.b = 1;", "2:1: error: 'defparam' is digital Verilog-AMS, not part of the analog subset | give "
                          "parameters with #(.name(value))\n"},
    {"paramset x y; endparamset", "2:1: error: 'paramset' is digital Verilog-AMS, not part of the analog subset | set "
                                  "the parameters where the module is used\n"},
    {"`FOO real x = 1;", "2:1: error: macro `FOO is not defined\n"},
    {"`FOO(a, b, 1)\n"
     "real x = = 1;",
     "2:1: error: macro `FOO is not defined\n"
     "3:10: error: an expression expected, not '='\n"},
    {"(* desc=\"x\" *\n"
     "real x;",
     "3:1: error: an expression expected, not 'real'\n"},
    {"(* desc=\"x *)\n"
     "real x;",
     "2:9: error: the closing '\"' of this string is missing | a string ends on the line where it begins\n"},
    {"electrical [0:3 a;", "2:17: error: ']' expected, not 'a'\n"
                           "2:12: note: '[' opens here\n"},
    {"electrical a[0:3;", "2:17: error: ']' expected, not ';'\n"
                          "2:13: note: '[' opens here\n"},
    {"input a, 1b;", "2:10: error: '1b' is no number | numbers carry no units\n"},
    {"analog V(a) <+ 1\n"
     "analog V(a) <+ 2;",
     "2:16: error: missing ';' after '1'\n"},
    {"analog", "3:1: error: a statement expected, not 'endmodule'\n"},
    {"analog function real f; input a, a; f = a; endfunction", "2:34: error: the function has two arguments 'a'\n"},
    {"analog function real f(input real a, integer a); f = a; endfunction",
     "2:46: error: the function has two arguments 'a'\n"},
    {"analog function real f(input 1); f = a; endfunction", "2:30: error: the name of an argument expected, not '1'\n"},
    {"if (a)", "3:1: error: an item of the module expected, not 'endmodule'\n"},
    {"case (a) 1:", "3:1: error: an item of the module expected, not 'endmodule'\n"
                    "2:1: error: this 'case' has no 'endcase'\n"},
    {"case (a) real x; endcase", "2:10: error: an expression expected, not 'real'\n"},
    {"while (1) x = 1;", "2:1: error: a statement stands outside of an analog block | put it into analog begin ... "
                         "end; is an 'end' too many above?\n"},
    {"default x;", "2:1: error: 'default' begins no item of a module\n"},
    {"parameter real x = 1 from [0, 1];", "2:29: warning: a range is written [low:high]; this ',' is read as ':'\n"},
    {"generate i (3) x; endgenerate", "2:10: error: a statement stands outside of an analog block | put it into analog "
                                      "begin ... end; is an 'end' too many above?\n"},
    {"analog begin x = 1; end end\n"
     "analog begin y = 2; end",
     "2:25: error: this 'end' closes nothing\n"},
    {"real x = ;\n"
     "integer i\n"
     "real y = 2 3;",
     "2:10: error: an expression expected, not ';'\n"
     "3:9: error: missing ';' after 'i'\n"
     "4:12: error: ';' expected, not '3'\n"},
    {"analog function f; input x; begin f = x; endfunction\n"
     "analog x = 1;",
     "2:29: error: this 'begin' has no 'end'\n"
     "2:42: note: it is still open at 'endfunction'\n"},
    {"parameter real r = 1 from (0:inf) real x;", "2:33: error: missing ';' after ')'\n"},
    {"res r1 (a, b) r2 (a, b);", "2:15: error: ';' expected, not 'r2'\n"},
    {"inout 1;", "2:7: error: the name of a port expected, not '1'\n"},
    {"for (i = 0; i < 3; i = i + 1 begin : g real x; end", "2:30: error: ')' expected, not 'begin'\n"
                                                           "2:5: note: '(' opens here\n"},
    {"for i = 0; i < 3; i = i + 1) begin : g real x; end\n"
     "real y;",
     "2:5: error: '(' expected, not 'i'\n"},
    {"analog begin\n"
     "  if (a) begin\n"
     "    x = 1;\n"
     "  end else begin\n"
     "    x = 2;\n"
     "  end\n"
     "  end\n"
     "  I(a) <+ x;\n"
     "end",
     "9:3: error: a statement stands outside of an analog block | put it into analog begin ... end; is an 'end' too "
     "many above?\n"},
    {"event 3;", "2:7: error: the name of an event expected, not '3'\n"},
    {"table x; endtable", "2:1: error: 'table' is digital Verilog-AMS, not part of the analog subset\n"},
    {"table x;", "2:1: error: 'table' is digital Verilog-AMS, not part of the analog subset\n"},
};

static const slip files[] = {
    {"modulle m; endmodule", "1:1: error: 'modulle' stands outside of a module | did you mean 'module'?\n"},
    {"mdule m;\n"
     " real x;\n"
     "endmodule\n"
     "module n; endmodule",
     "1:1: error: 'mdule' stands outside of a module | did you mean 'module'?\n"},
    {"module m(a, b; inout a; endmodule", "1:14: error: ')' expected, not ';'\n"
                                          "1:9: note: '(' opens here\n"},
    {"module m(a, b) inout a; endmodule", "1:14: error: missing ';' after ')'\n"},
    {"module m(a, b)\n"
     "inout a;\n"
     "endmodule",
     "1:14: error: missing ';' after ')'\n"},
    {"module m(a, 1); real x; endmodule", "1:13: error: the name of a port expected, not '1'\n"},
    {"module m(.a(b)); endmodule", "1:10: error: port expressions are not supported | list the names of the ports\n"},
    {"module ; endmodule", "1:8: error: the name of a module expected, not ';'\n"},
    {"module module; endmodule", "1:8: error: 'module' is a keyword and cannot be the name of a module\n"},
    {"module m(inout a, b, input); endmodule", "1:27: error: the name of a port expected, not ')'\n"},
    {"module m(inout electrical 3); real x y; endmodule", "1:27: error: ')' expected, not '3'\n"
                                                          "1:9: note: '(' opens here\n"
                                                          "1:38: error: ';' expected, not 'y'\n"},
    {"module m #(parameter real x)(a); endmodule",
     "1:27: error: parameter 'x' has no default | write parameter real name = default;\n"},
    {"module m #(parameter real x = 1(a); inout a; endmodule", "1:32: error: ')' expected, not '('\n"
                                                               "1:11: note: '(' opens here\n"},
    {"module m; real x;", "1:8: error: module 'm' has no 'endmodule'\n"},
    {"module m; real x;\n"
     "module n; endmodule",
     "1:8: error: module 'm' has no 'endmodule'\n"},
    {"module m; endmodule endmodule", "1:21: error: 'endmodule' stands outside of a module\n"},
    {"connectmodule c(a); endmodule module m; endmodule",
     "1:1: error: 'connectmodule' is digital Verilog-AMS, not part of the analog subset\n"},
    {"primitive p(a); table 1:0; endtable endprimitive\n"
     "module m; endmodule",
     "1:1: error: 'primitive' is digital Verilog-AMS, not part of the analog subset\n"},
    {"nature N; units = ; access = V; endnature", "1:19: error: an expression expected, not ';'\n"},
    {"nature N units \"V\"; access = V; endnature", "1:16: error: '=' expected, not '\"V\"'\n"},
    {"nature N; access = V;\n"
     "discipline D; potential N; enddiscipline",
     "1:8: error: this nature has no 'endnature'\n"},
    {"nature; access = V; endnature", "1:7: error: the name of a nature expected, not ';'\n"},
    {"nature N : ; endnature", "1:12: error: the name of the parent nature expected, not ';'\n"},
    {"discipline D; potenttial N; flow M; enddiscipline",
     "1:15: error: potential, flow, domain or enddiscipline expected, not 'potenttial' | did you mean 'potential'?\n"},
    {"discipline D; potential; flow M; enddiscipline", "1:24: error: the name of a nature expected, not ';'\n"},
    {"discipline D; potential N\n"
     "module m; endmodule",
     "1:25: error: missing ';' after 'N'\n"
     "1:12: error: this discipline has no 'enddiscipline'\n"},
    {"discipline D; domain 3; enddiscipline", "1:22: error: discrete or continuous expected, not '3'\n"},
    {"discipline D; potential.abstol 3; enddiscipline", "1:32: error: '=' expected, not '3'\n"},
    {"analog function real f; input x; f = x; endfunction",
     "1:1: error: 'analog' stands outside of a module | does this file belong into a module, by `include?\n"},
    {"real x;", "1:1: error: 'real' stands outside of a module | does this file belong into a module, by `include?\n"},
    {".subckt a b", "1:1: error: this is a SPICE netlist\n"},
    {"* a spice deck\n"
     ".subckt a b",
     "1:1: error: this is a SPICE netlist\n"},
    {"my title\n"
     ".subckt foo a b\n"
     "r1 a b 1k\n"
     ".ends",
     "1:1: error: 'my' stands outside of a module | this looks like a SPICE netlist\n"},
    {"<!DOCTYPE html><html>", "1:1: error: this is a web page (a download that went wrong?)\n"},
    {"<?xml version=\"1.0\"?>", "1:1: error: this is XML (of ADMS?), not the Verilog-A that it was made from\n"},
    {"#include <stdio.h>", "1:1: error: this is C\n"},
    {"simulator lang=spectre", "1:1: error: this is a Spectre netlist\n"},
    {"library ieee;", "1:1: error: this is VHDL\n"},
    {"version https://git-lfs.github.com/spec/v1", "1:1: error: this is a pointer of Git LFS, not the file itself\n"},
    {"/* open", "1:1: error: this comment is never closed | close it with */\n"},
    {"module m; analog begin x = 1; end endmodule }", "1:45: error: '}' stands outside of a module\n"},
    {"nature N; 3; access = V; endnature",
     "1:11: error: units, access, abstol, idt_nature, ddt_nature or endnature expected, not '3'\n"},
    {"nature N : a.3; endnature",
     "1:13: error: units, access, abstol, idt_nature, ddt_nature or endnature expected, not '.3'\n"},
    {"discipline D; potential.3 = 1; enddiscipline", "1:24: error: the name of a nature expected, not '.3'\n"},
    {"discipline D; 3; enddiscipline", "1:15: error: potential, flow, domain or enddiscipline expected, not '3'\n"},
    {"discipline 3; enddiscipline", "1:12: error: the name of a discipline expected, not '3'\n"},
    {"module m(a,); endmodule", "1:12: warning: an empty port is passed over\n"},
    {"module m(,a); endmodule", "1:10: warning: an empty port is passed over\n"},
    {"module m(a, a) endmodule", "1:14: error: missing ';' after ')'\n"},
    {"module m #parameter real x = 1; (a); endmodule", "1:11: error: '(' behind '#' expected, not 'parameter'\n"},
    {"module m; endmodule\n"
     "electrical a;\n"
     "analog I(a) <+ 1;\n"
     "module n; endmodule",
     "2:1: error: 'electrical' stands outside of a module\n"},
    {"module m; (* a = 1 endmodule", "1:20: error: the name of an attribute expected, not 'endmodule'\n"},
    {"module m; analog if (1) begin real x; x = 1; endmodule", "1:25: error: this 'begin' has no 'end'\n"
                                                               "1:46: note: it is still open at 'endmodule'\n"},
    {"endmodule", "1:1: error: 'endmodule' stands outside of a module\n"},
    {"config c; endconfig\n"
     "module m; endmodule",
     "1:1: error: 'config' is digital Verilog-AMS, not part of the analog subset\n"},
};

static void assert_slips(const slip *slips, size_t n, const char *(*errors)(const char *)) {
    bool is_good = true;
    for (size_t i = 0; i < n; i++) {
        const char *got = errors(slips[i].text);
        if (strcmp(got, slips[i].want) == 0) continue;
        print_error("%s\ngives\n%snot\n%s\n", slips[i].text, got, slips[i].want);
        is_good = false;
    }
    assert_true(is_good);
}

static void a_slip_in_a_statement_gives_one_message(void **state) {
    (void)state;
    assert_slips(statements, sizeof statements / sizeof statements[0], front_stmt_errors);
}

static void a_slip_in_an_item_gives_one_message(void **state) {
    (void)state;
    assert_slips(items, sizeof items / sizeof items[0], front_item_errors);
}

static void a_slip_in_a_file_gives_one_message(void **state) {
    (void)state;
    assert_slips(files, sizeof files / sizeof files[0], front_errors);
}

static void a_function_has_a_sane_number_of_arguments(void **state) {
    (void)state;
    char text[4000] = "analog function real f; input a0";
    for (int i = 1; i < 257; i++) snprintf(text + strlen(text), sizeof text - strlen(text), ",a%d", i);
    strcat(text, "; f = a0; endfunction");
    assert_non_null(strstr(front_item_errors(text), ": error: a function has at most 256 arguments\n"));
}

/* ---- recovery ---- */

static void what_follows_a_slip_is_still_read(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    va_front front;
    va_front_init(&front, ctx);
    static const char text[] = "module m(p, n);\n"
                               "inout p, n;\n"
                               "electrical p n;\n"
                               "parameter real r = from (0:inf);\n"
                               "real x;\n"
                               "analog begin\n"
                               "  x = V(p, n) +;\n"
                               "  I(p, n) <+ x/r;\n"
                               "  if (x > ) x = 1; else x = 2;\n"
                               "  x = 3;\n"
                               "end\n"
                               "endmodule\n"
                               "module good; endmodule\n";
    assert_int_equal(va_front_parse_text(&front, "t.va", text, sizeof text - 1), HYS_SYNTAX);
    assert_string_equal(front_diags(ctx, "t.va"), "3:14: error: ';' expected, not 'n'\n"
                                                  "4:20: error: an expression expected, not 'from'\n"
                                                  "7:16: error: an expression expected, not ';'\n"
                                                  "9:11: error: an expression expected, not ')'\n");
    assert_string_equal(front_file_text(front.file),
                        "module m(p, n); inout p; inout n; net electrical p; parameter real r = 0.0; "
                        "real x; analog begin ; I(p, n) <+ (x / r); if (?) x = 1; else x = 2; "
                        "x = 3; end endmodule module good(); endmodule");
    va_front_free(&front);
    hys_ctx_free(ctx);
}

static void reading_ends_after_a_hundred_errors(void **state) {
    (void)state;
    char *text = calloc(1, 1 << 20);
    assert_non_null(text);
    strcpy(text, "module m; analog begin\n");
    for (size_t i = 0; i < 20000; i++) strcat(text + 8 * i, "x = = 1;\n");
    hys_ctx *ctx = hys_test_ctx();
    va_front front;
    va_front_init(&front, ctx);
    assert_int_equal(va_front_parse_text(&front, "t.va", text, strlen(text)), HYS_SYNTAX);
    assert_in_range(hys_diag_n_errors(ctx), 100, 110);
    va_front_free(&front);
    hys_ctx_free(ctx);
    free(text);
}

static void a_message_shows_the_line_and_a_caret(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    va_front front;
    va_front_init(&front, ctx);
    static const char text[] = "module m(a);\n  real x\n  analog V(a) = 1;\nendmodule\n";
    assert_int_equal(va_front_parse_text(&front, "dev.va", text, sizeof text - 1), HYS_SYNTAX);
    assert_diag(ctx, 0, "dev.va:2:8: error: missing ';' after 'x'\n  real x\n       ^\n");
    assert_diag(ctx, 1,
                "dev.va:3:15: error: '=' assigns to variables, not to V(...)\n  analog V(a) = 1;\n"
                "              ^\nhint: a contribution is written with <+\n");
    va_front_free(&front);
    hys_ctx_free(ctx);
}

static void a_long_name_is_cut_in_messages(void **state) {
    (void)state;
    char name[2000], stmt[2100];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    snprintf(stmt, sizeof stmt, "x = 1 %s;", name);
    assert_string_equal(front_stmt_errors(stmt),
                        "2:7: error: ';' expected, not 'nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn...'\n");
}

static void nothing_is_said_about_a_file_of_headers_only(void **state) {
    (void)state;
    assert_string_equal(front_errors(""), "");
    assert_string_equal(front_errors("// nothing\n`define A 1\n"), "");
}

static void a_file_that_is_not_there_is_an_io_error(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    va_front front;
    va_front_init(&front, ctx);
    assert_int_equal(va_front_parse(&front, "/nowhere/at/all.va"), HYS_IO);
    assert_null(front.file);
    assert_int_equal(hys_diag_n_errors(ctx), 1);
    va_front_free(&front);
    hys_ctx_free(ctx);
}

/* ---- the library's own models ---- */

static size_t parse_models_in(const char *path) {
    size_t n = 0;
    char dir[512]; /* paths of hys_test_path hold for some calls only */
    snprintf(dir, sizeof dir, "%s", path);
    DIR *entries = opendir(dir);
    assert_non_null(entries);
    for (struct dirent *entry = readdir(entries); entry; entry = readdir(entries)) {
        const char *dot = strrchr(entry->d_name, '.');
        if (!dot || strcmp(dot, ".va") != 0) continue;
        hys_ctx *ctx = hys_test_ctx();
        va_front front;
        va_front_init(&front, ctx);
        hys_status status = va_front_parse(&front, hys_test_path(dir, entry->d_name));
        if (hys_diag_n_errors(ctx)) print_error("%s: %s\n", entry->d_name, front_diags(ctx, ""));
        assert_int_equal(status, HYS_OK);
        assert_non_null(front.file->modules);
        va_front_free(&front);
        hys_ctx_free(ctx);
        n++;
    }
    closedir(entries);
    return n;
}

static void every_model_of_the_library_is_read(void **state) {
    (void)state;
    static const char root[] = HYS_TEST_SOURCE "/models";
    size_t n = 0;
    DIR *families = opendir(root);
    assert_non_null(families);
    for (struct dirent *family = readdir(families); family; family = readdir(families))
        if (family->d_name[0] != '.' && !strchr(family->d_name, '.'))
            n += parse_models_in(hys_test_path(root, family->d_name));
    closedir(families);
    assert_true(n >= 5);
}

/* ---- memory ---- */

/* One of everything, and warnings. */
static const char everything[] =
    "`include \"disciplines.vams\"\n"
    "`define F(a, b = 2) a``_x = b + `P_Q\n"
    "`ifdef NO\n`else\n`endif\n"
    "nature N : Voltage; units = \"V\"; endnature\n"
    "discipline D potential N; potential.abstol = 1; enddiscipline\n"
    "(* desc=\"m\" *) module m #(parameter real w = 1)(inout electrical p, n);\n"
    "parameter real r = 1 from (0:inf) exclude [2:3] (* units=\"Ohm\" *), time = 2;\n"
    "aliasparam q = r; genvar i; electrical [0:3] b; branch (p, n) br; ground g; real y_x[0:1];\n"
    "analog function real f; input x; real x; f = x; endfunction\n"
    "sub #(.a(1)) s1(.p(p), .q()), s2(p, n);\n"
    "for (i = 0; i < 2; i = i + 1) begin : g1 real z; if (i) real t; else case (i) 1: real u; endcase end\n"
    "analog begin : blk real v = '{3{1, 2}}; `F(y);\n"
    "  (* s *) if (v > 1 ? a.b : c[2]) V(p) : V(n) == 0; else while (0) repeat (2) ;\n"
    "  case (v) 1, 2: $strobe(\"a\\n\", v); default: f(1, , -2); endcase\n"
    "  for (i = 0; i < 3; i = i + 1) I(<p>) <+ {n{1}} + 4'hF;\n"
    "  @(initial_step or cross(V(p), +1)) disable blk;\n"
    "end\n"
    "endmodule\n";

static hys_status parse_everything(hys_ctx *ctx, void *arg) {
    (void)arg;
    va_front front;
    va_front_init(&front, ctx);
    hys_status status = va_front_parse_text(&front, "all.va", everything, sizeof everything - 1);
    va_front_free(&front);
    return status;
}

static hys_status parse_file(hys_ctx *ctx, void *path) {
    va_front front;
    va_front_init(&front, ctx);
    hys_status status = va_front_parse(&front, path);
    va_front_free(&front);
    return status;
}

static void memory_may_run_out_at_each_allocation(void **state) {
    (void)state;
    hys_test_each_failure(parse_everything, NULL, false);
    hys_test_each_failure(parse_everything, NULL, true);
}

static void memory_may_run_out_while_files_are_read(void **state) {
    (void)state;
    const char *dir = hys_test_dir();
    char path[100];
    snprintf(path, sizeof path, "%s/main.va", dir);
    static const char main_text[] = "`include \"sub.va\"\n`include \"constants.vams\"\n";
    hys_test_write(path, main_text, sizeof main_text - 1);
    hys_test_write(hys_test_path(dir, "sub.va"), everything, sizeof everything - 1);
    hys_test_each_failure(parse_file, path, false);
    hys_test_each_failure(parse_file, path, true);
    hys_test_dir_remove(dir);
}

/* The arena takes memory in large pieces; here it is cut off after each few bytes, so that every place
 * that asks it for memory is refused once. */
static void the_arena_may_be_full_at_each_place(void **state) {
    (void)state;
    hys_ctx *ctx = hys_test_ctx();
    size_t needed = 0;
    for (size_t limit = 1; needed == 0; limit += 64) {
        va_front front;
        va_front_init(&front, ctx);
        front.arena.limit = limit;
        hys_status status = va_front_parse_text(&front, "all.va", everything, sizeof everything - 1);
        if (status == HYS_OK) needed = limit;
        else assert_int_equal(status, HYS_LIMIT);
        va_front_free(&front);
        hys_diag_clear(ctx);
        assert_true(limit < 4u << 20);
    }
    hys_ctx_free(ctx);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_slip_in_a_statement_gives_one_message),
        cmocka_unit_test(a_slip_in_an_item_gives_one_message),
        cmocka_unit_test(a_slip_in_a_file_gives_one_message),
        cmocka_unit_test(a_function_has_a_sane_number_of_arguments),
        cmocka_unit_test(what_follows_a_slip_is_still_read),
        cmocka_unit_test(reading_ends_after_a_hundred_errors),
        cmocka_unit_test(a_message_shows_the_line_and_a_caret),
        cmocka_unit_test(a_long_name_is_cut_in_messages),
        cmocka_unit_test(nothing_is_said_about_a_file_of_headers_only),
        cmocka_unit_test(a_file_that_is_not_there_is_an_io_error),
        cmocka_unit_test(every_model_of_the_library_is_read),
        cmocka_unit_test(memory_may_run_out_at_each_allocation),
        cmocka_unit_test(memory_may_run_out_while_files_are_read),
        cmocka_unit_test(the_arena_may_be_full_at_each_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
