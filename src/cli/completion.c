/* Completion for bash, zsh and fish: all from the tables. */
#include "cli/cli.h"
#include <string.h>

/* Commands with a device as their argument complete the library's models too. */
static bool takes_model(const command_info *command) {
    return !strncmp(command->args, "NAME", 4);
}

static bool takes_file(const option_info *option) {
    return option->value && (!strncmp(option->value, "FILE", 4) || !strncmp(option->value, "FOLDER", 6));
}

/* "iv|time": one of these words. */
static bool takes_word(const option_info *option) {
    return option->value && strchr(option->value, '|') && !strpbrk(option->value, "[=,");
}

static void put_words(FILE *out, const char *alternatives) {
    for (; *alternatives; alternatives++) fputc(*alternatives == '|' ? ' ' : *alternatives, out);
}

static void put_models(FILE *out) {
    for (size_t k = 0; k < hys_library_count(); k++) fprintf(out, "%s%s", k ? " " : "", hys_library_get(k)->name);
}

/* First words of the commands, each once. */
static void put_first_words(FILE *out) {
    const char *last = "";
    for (size_t k = 0; k < cli_n_commands; k++) {
        const char *name = cli_commands[k]->name;
        size_t n = strcspn(name, " ");
        if (strncmp(last, name, n) || last[n] != ' ') fprintf(out, "%.*s ", (int)n, name);
        last = name;
    }
    fputs("help", out);
}

/* Second words of a noun. */
static void put_verbs(FILE *out, const char *noun) {
    size_t n = strlen(noun);
    for (size_t k = 0; k < cli_n_commands; k++) {
        const char *name = cli_commands[k]->name;
        if (!strncmp(name, noun, n) && name[n] == ' ') fprintf(out, "%s ", name + n + 1);
    }
}

/* ---- bash ---- */

static void put_bash_command(FILE *out, const command_info *command) {
    fprintf(out, "    '%s%s)\n        options='", command->name, strchr(command->name, ' ') ? "'" : " '*");
    for (size_t k = 0; k < command->n_options; k++) fprintf(out, "--%s ", command->options[k].name);
    fputs("--help'", out);
    if (takes_model(command)) fputs(" words=$models", out);
    if (!strncmp(command->args, "bash", 4)) {
        fputs(" words='", out);
        put_words(out, command->args);
        fputc('\'', out);
    }
    fputs("\n        case $before in\n", out);
    for (size_t k = 0; k < command->n_options; k++) {
        const option_info *o = &command->options[k];
        if (!o->value) continue;
        fprintf(out, "        --%s", o->name);
        if (o->letter) fprintf(out, "|-%c", o->letter);
        fputs(") options=''", out);
        if (takes_word(o)) {
            fputs(" words='", out);
            put_words(out, o->value);
            fputs("' files=''", out);
        } else {
            fputs(takes_file(o) ? " words='' files=yes" : " words='' files=''", out);
        }
        fputs(" ;;\n", out);
    }
    fputs("        esac ;;\n", out);
}

void help_bash(FILE *out) {
    fputs("# bash completion for hysteron\n_hysteron() {\n"
          "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
          "    local command=\"${COMP_WORDS[1]} ${COMP_WORDS[2]}\" options='' words='' files=yes\n    local models='",
          out);
    put_models(out);
    fputs("'\n    if ((COMP_CWORD == 1)); then\n        COMPREPLY=($(compgen -W '", out);
    put_first_words(out);
    fputs(" --help --version' -- \"$word\"))\n        return\n    fi\n"
          "    if ((COMP_CWORD == 2)) && [[ ${COMP_WORDS[1]} == device ]]; then\n        COMPREPLY=($(compgen -W '",
          out);
    put_verbs(out, "device");
    fputs("' -- \"$word\"))\n        return\n    fi\n    case $command in\n", out);
    for (size_t k = 0; k < cli_n_commands; k++) put_bash_command(out, cli_commands[k]);
    fputs("    esac\n    if [[ $word == -* ]]; then\n        COMPREPLY=($(compgen -W \"$options\" -- \"$word\"))\n"
          "        return\n    fi\n    COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
          "    if [[ -n $files ]]; then\n        local file\n        compopt -o filenames 2>/dev/null\n"
          "        while IFS= read -r file; do COMPREPLY+=(\"$file\"); done < <(compgen -f -- \"$word\")\n"
          "    fi\n}\ncomplete -F _hysteron hysteron\n",
          out);
}

/* ---- zsh ---- */

/* Inside of _arguments '--name[help]:value:action': what is special there. */
static void put_zsh_text(FILE *out, const char *text) {
    for (; *text; text++) {
        if (strchr("[]:\\", *text)) fputc('\\', out);
        if (*text == '\'') fputs("'\\'", out);
        fputc(*text, out);
    }
}

static void put_zsh_option(FILE *out, const option_info *o) {
    const char *repeat = o->kind == OPTION_LIST ? "*" : "";
    fputs(" \\\n            ", out);
    if (o->letter) fprintf(out, "%s{-%c,--%s}", *repeat ? "\\*" : "", o->letter, o->name);
    else fprintf(out, "'%s--%s'", repeat, o->name);
    fputs("'[", out);
    put_zsh_text(out, o->help);
    fputc(']', out);
    if (o->value) {
        fputc(':', out);
        put_zsh_text(out, o->value);
        fputc(':', out);
    }
    if (takes_file(o)) fputs("_files", out);
    if (takes_word(o)) {
        fputc('(', out);
        put_words(out, o->value);
        fputc(')', out);
    }
    fputc('\'', out);
}

static void put_zsh_command(FILE *out, const command_info *command) {
    fprintf(out, "    '%s%s)\n        _arguments", command->name, strchr(command->name, ' ') ? "'" : " '*");
    for (size_t k = 0; k < command->n_options; k++) put_zsh_option(out, &command->options[k]);
    fputs(" \\\n            {-h,--help}'[this text]'", out);
    if (takes_model(command)) {
        fputs(" \\\n            '1:device:_hysteron_device'", out);
    } else if (!strncmp(command->args, "bash", 4)) {
        fputs(" \\\n            '1:shell:(", out);
        put_words(out, command->args);
        fputs(")'", out);
    } else if (command->max_args > 0) {
        fputs(" \\\n            '1:file:_files'", out);
    }
    fputs(" ;;\n", out);
}

void help_zsh(FILE *out) {
    fputs("#compdef hysteron\n_hysteron_device() {\n    compadd -- ", out);
    put_models(out);
    fputs("\n    _files -g '*.(va|vams)'\n}\n_hysteron() {\n    local first=$words[2] command=\"$words[2] $words[3]\"\n"
          "    if ((CURRENT == 2)); then\n        compadd -- ",
          out);
    put_first_words(out);
    fputs(" --help --version\n        return\n    fi\n"
          "    if [[ $first == device ]]; then\n        if ((CURRENT == 3)); then\n            compadd -- ",
          out);
    put_verbs(out, "device");
    fputs("\n            return\n        fi\n        shift words\n        ((CURRENT--))\n    fi\n"
          "    shift words\n    ((CURRENT--))\n    case $command in\n",
          out);
    for (size_t k = 0; k < cli_n_commands; k++) put_zsh_command(out, cli_commands[k]);
    fputs("    esac\n}\nif [[ $funcstack[1] == _hysteron ]]; then _hysteron \"$@\"; else compdef _hysteron hysteron; "
          "fi\n",
          out);
}

/* ---- fish ---- */

static void put_fish_text(FILE *out, const char *text) {
    fputc('\'', out);
    for (; *text; text++) {
        if (*text == '\'' || *text == '\\') fputc('\\', out);
        fputc(*text, out);
    }
    fputc('\'', out);
}

/* The condition: the first words of the line are the command's. */
static void put_fish_head(FILE *out, const command_info *command) {
    const char *verb = strchr(command->name, ' ');
    int n = verb ? (int)(verb - command->name) : (int)strlen(command->name);
    fprintf(out, "complete -c hysteron -n '__fish_seen_subcommand_from %.*s", n, command->name);
    if (verb) fprintf(out, "; and __fish_seen_subcommand_from %s", verb + 1);
    fputc('\'', out);
}

static void put_fish_option(FILE *out, const command_info *command, const option_info *o) {
    put_fish_head(out, command);
    fprintf(out, " -l %s", o->name);
    if (o->letter) fprintf(out, " -s %c", o->letter);
    fputs(" -d ", out);
    put_fish_text(out, o->help);
    if (o->value) fputs(takes_file(o) ? " -r -F" : " -x", out);
    if (takes_word(o)) {
        fputs(" -a '", out);
        put_words(out, o->value);
        fputc('\'', out);
    }
    fputc('\n', out);
}

void help_fish(FILE *out) {
    fputs("# fish completion for hysteron\ncomplete -c hysteron -n __fish_use_subcommand -f -a '", out);
    put_first_words(out);
    fputs("'\ncomplete -c hysteron -n '__fish_seen_subcommand_from device; and not __fish_seen_subcommand_from ", out);
    put_verbs(out, "device");
    fputs("' -f -a '", out);
    put_verbs(out, "device");
    fputs("'\n", out);
    for (size_t k = 0; k < cli_n_commands; k++) {
        const command_info *command = cli_commands[k];
        if (takes_model(command)) {
            put_fish_head(out, command);
            fputs(" -a '", out);
            put_models(out);
            fputs("'\n", out);
        }
        for (size_t o = 0; o < command->n_options; o++) put_fish_option(out, command, &command->options[o]);
    }
}
