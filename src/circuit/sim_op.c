/* .op: the operating point. */
#include "circuit/sim.h"

hys_status hys__sim_op(hys__sim_task *task) {
    double *y = NULL;
    hys_status status = hys__sim_columns(task);
    if (status == HYS_OK) status = hys__sim_operate(task, &y);
    if (status != HYS_OK) return status;
    task->result->method = hys__circuit_op_method(task->circuit);
    return hys__sim_row(task, 0, 0, y, NULL);
}
