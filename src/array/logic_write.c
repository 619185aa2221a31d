/* A program as a table of steps, for people and spreadsheets. */
#include "base/file.h"
#include <hysteron/logic.h>
#include <string.h>

/* operand = "0" | "1" | ["!"] ("c" cell | "V(" input ")") */
static void put_operand(hys__text *text, const hys_logic_program *p, uint32_t in) {
    if (in == HYS_LOGIC_ZERO || in == HYS_LOGIC_ONE) {
        hys__text_puts(text, in == HYS_LOGIC_ONE ? "1" : "0");
        return;
    }
    if (in & HYS_LOGIC_INVERTED) hys__text_puts(text, "!");
    in &= ~(uint32_t)HYS_LOGIC_INVERTED;
    if (in & HYS_LOGIC_INPUT)
        hys__text_printf(text, "V(%.200s)", hys_logic_input(p->netlist, in & ~(uint32_t)HYS_LOGIC_INPUT));
    else hys__text_printf(text, "c%u", in);
}

static void put_step(hys__text *text, const hys_logic_program *p, size_t k) {
    const hys_logic_step *s = &p->steps[k];
    hys__text_printf(text, "%zu,%s,", k + 1, hys_logic_op_name(s->op));
    for (uint32_t i = 0; i < s->n_in; i++) {
        if (i) hys__text_puts(text, " ");
        put_operand(text, p, s->in[i]);
    }
    hys__text_puts(text, ",");
    for (uint32_t i = 0; i < s->n_out; i++) hys__text_printf(text, "%sc%u", i ? " " : "", s->out[i]);
    hys__text_puts(text, "\n");
}

static void put_places(hys__text *text, const hys_logic_program *p) {
    hys__text_puts(text, "# inputs:");
    for (size_t k = 0; k < hys_logic_n_inputs(p->netlist); k++) {
        hys__text_printf(text, " %.200s=", hys_logic_input(p->netlist, k));
        if (p->input_cells[k] == HYS_LOGIC_NOWHERE) hys__text_puts(text, "V");
        else hys__text_printf(text, "c%u", p->input_cells[k]);
    }
    hys__text_puts(text, "\n# outputs:");
    for (size_t k = 0; k < hys_logic_n_outputs(p->netlist); k++)
        hys__text_printf(text, " %.200s=c%u", hys_logic_output(p->netlist, k), p->output_cells[k]);
    hys__text_puts(text, "\n");
}

hys_status hys_logic_program_write(hys_ctx *ctx, const hys_logic_program *p, const char *path,
                                   const char *const *notes) {
    hys__text text;
    hys__outfile *out = NULL;
    hys__text_init(&text, ctx);
    for (; notes && *notes; notes += 2) hys__text_printf(&text, "# %s: %s\n", notes[0], notes[1]);
    hys__text_printf(&text, "# family: %s\n# cells: %zu\n", p->family->name, p->n_cells);
    put_places(&text, p);
    hys__text_puts(&text, "step,operation,in,out\n");
    for (size_t k = 0; k < p->n_steps; k++) put_step(&text, p, k);
    hys_status status = text.failed ? HYS_NOMEM : HYS_OK;
    const bool to_stdout = !strcmp(path, "-");
    if (status == HYS_OK && !to_stdout) status = hys__outfile_open(ctx, path, &out);
    if (status == HYS_OK) fwrite(text.at, 1, text.n, to_stdout ? stdout : hys__outfile_stream(out));
    if (status == HYS_OK && !to_stdout) status = hys__outfile_commit(out);
    hys__text_free(&text);
    return status;
}
