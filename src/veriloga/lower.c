/* From a model to the functions of its kernel. */
#include "veriloga/lower.h"

hys_status va_lower_status(const va_model *model) {
    return model->ir.ins.n >= model->ir.max_ins ? HYS_LIMIT : HYS_NOMEM;
}

static bool number_slots(va_program *program) {
    va_model *model = program->model;
    program->retained_slot = HYS_NEW_N(model->arena, uint32_t, model->retained.n + 1);
    if (!program->retained_slot) return false;
    for (size_t i = 0; i < model->retained.n; i++)
        program->retained_slot[i] = model->retained.at[i].is_live ? program->n_live_retained++ : UINT32_MAX;
    return true;
}

hys_status va_lower(va_model *model, va_program *program) {
    *program = (va_program){.model = model};
    hys_status status = va_ddx(model);
    if (status != HYS_OK) return status;
    bool ok = va_first_values(model) && va_simplify_slots(model) && va_find_live(model, program) &&
              va_lower_ddts(model, program) && va_find_stepped(model, program) && number_slots(program) &&
              va_lower_roots(model, program) && va_find_needs(model, program) && va_find_gates(program);
    return ok && !model->arena->failed ? HYS_OK : va_lower_status(model);
}
