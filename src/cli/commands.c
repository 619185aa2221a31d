/* The table of commands. */
#include "cli/cli.h"

const command_info *const cli_commands[] = {
    &command_device_check,  &command_device_list,
    &command_device_show,   &command_device_card,
    &command_device_import, &command_iv,
    &command_pulse,         &command_data,
    &command_sim,           &command_bifurcation,
    &command_impedance,     &command_fit,
    &command_catalogue,     &command_reproduce,
    &command_char,          &command_screen,
    &command_classify,      &command_verdict,
    &command_passport,      &command_compare,
    &command_array_op,      &command_array_mvm,
    &command_array_margin,  &command_array_run,
    &command_array_layout,  &command_network_accuracy,
    &command_network_run,   &command_network_spiking,
    &command_brain_cell,    &command_brain_run,
    &command_brain_recover, &command_logic_list,
    &command_logic_map,     &command_logic_run,
    &command_logic_window,  &command_logic_multiply,
    &command_completion,
};
const size_t cli_n_commands = sizeof cli_commands / sizeof *cli_commands;
