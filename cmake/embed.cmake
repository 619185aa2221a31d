# Writes C source that holds the texts of INPUTS, one behind the other, as hys__kernel_header.
# Lines that include hys_abi.h are dropped: its text comes first.
set(text "")
foreach(input IN LISTS INPUTS)
  file(READ ${input} part)
  string(APPEND text "${part}\n")
endforeach()
string(REPLACE "#include \"hys_abi.h\"\n" "" text "${text}")
string(REPLACE "#include \"abi/hys_abi.h\"\n" "" text "${text}")
string(LENGTH "${text}" length)
# A list separator inside the text must not split it.
string(REPLACE "\\" "\\\\" text "${text}")
string(REPLACE "\"" "\\\"" text "${text}")
string(REPLACE "\n" "\\n\"\n\"" text "${text}")
file(WRITE ${OUTPUT}.new
  "/* Made from src/abi/; do not edit. */\n#include <stddef.h>\nextern const char hys__kernel_header[];\nextern const size_t hys__kernel_header_len;\nconst char hys__kernel_header[] =\n\"${text}\";\nconst size_t hys__kernel_header_len = sizeof hys__kernel_header - 1;\n")
file(COPY_FILE ${OUTPUT}.new ${OUTPUT} ONLY_IF_DIFFERENT)
file(REMOVE ${OUTPUT}.new)
file(TOUCH ${OUTPUT})
