/* PDF of a report: through a program that can print HTML, whichever is there. */
#include "base/clocale.h"
#include "base/diag.h"
#include "io/child.h"
#include "io/html.h"
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WORDS 10

/* %h: the page, %u: it as an address, %p: the PDF.  Only where hysteron runs as root, whom Chromium's sandbox refuses,
 * is it left out; the page is ours, and its policy lets nothing in. */
static const struct printer {
    const char *words[WORDS];
} printers[] = {
    {{"chromium", "--headless", "%s", "--disable-gpu", "--no-pdf-header-footer", "--print-to-pdf-no-header",
      "--print-to-pdf=%p", "%u", NULL}},
    {{"chromium-browser", "--headless", "%s", "--disable-gpu", "--no-pdf-header-footer", "--print-to-pdf-no-header",
      "--print-to-pdf=%p", "%u", NULL}},
    {{"google-chrome", "--headless", "%s", "--disable-gpu", "--no-pdf-header-footer", "--print-to-pdf-no-header",
      "--print-to-pdf=%p", "%u", NULL}},
    {{"weasyprint", "%h", "%p", NULL}},
};

static char *fill_word(hys__arena *arena, const char *word, const char *html, const char *pdf) {
    const char *mark = strchr(word, '%');
    if (!mark) return hys__arena_strndup(arena, word, strlen(word));
    const char *what = mark[1] == 'p' ? pdf : mark[1] == 's' ? "--no-sandbox" : html;
    return hys__arena_printf(arena, "%.*s%s%s", (int)(mark - word), word, mark[1] == 'u' ? "file://" : "", what);
}

static bool fill(hys__arena *arena, const struct printer *printer, const char *html, const char *pdf,
                 char *argv[WORDS + 1]) {
    size_t n = 0;
    for (size_t k = 0; k < WORDS && printer->words[k]; k++) {
        if (!strcmp(printer->words[k], "%s") && geteuid() != 0) continue;
        argv[n] = fill_word(arena, printer->words[k], html, pdf);
        if (!argv[n++]) return false;
    }
    argv[n] = NULL;
    return true;
}

static bool is_there(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 && info.st_size > 0;
}

/* The folder may not exist beside the name yet: what is printed to is the folder's own path. */
static char *absolute(hys__arena *arena, const char *path) {
    char folder[PATH_MAX];
    if (path[0] == '/') return hys__arena_strndup(arena, path, strlen(path));
    return getcwd(folder, sizeof folder) ? hys__arena_printf(arena, "%s/%s", folder, path) : NULL;
}

static hys_status print(hys__arena *arena, const char *html, const char *pdf) {
    char *temp = hys__arena_printf(arena, "%s.%ld.tmp.pdf", pdf, (long)getpid());
    char *argv[WORDS + 1], said[HYS__SAID_SIZE];
    hys_status status = temp ? HYS_DONE : HYS_NOMEM; /* HYS_DONE: no such program */
    for (size_t k = 0; status == HYS_DONE && k < sizeof printers / sizeof *printers; k++) {
        if (!fill(arena, &printers[k], html, temp, argv)) return HYS_NOMEM;
        status = hys__child_run(arena->ctx, ".", argv, said);
    }
    if (status == HYS_DONE)
        return hys__fail(arena->ctx, HYS_TOOL, "install one: apt-get install chromium (or weasyprint)",
                         "a PDF needs Chromium or WeasyPrint, and neither is installed");
    bool is_made = temp && is_there(temp);
    if (status == HYS_OK && is_made && rename(temp, pdf) == 0) return HYS_OK;
    if (temp) unlink(temp);
    if (status == HYS_CANCEL || status == HYS_NOMEM) return status;
    const char *why = hys__child_last_line(said);
    return hys__fail(arena->ctx, HYS_TOOL, "", "the PDF could not be printed%s%s", *why ? ": " : "", why);
}

hys_status hys__html_to_pdf(hys_ctx *ctx, const char *html_path, const char *pdf_path) {
    hys__arena arena;
    hys__arena_init(&arena, ctx, 0);
    char *html = absolute(&arena, html_path), *pdf = absolute(&arena, pdf_path);
    hys_status status = html && pdf ? print(&arena, html, pdf) : HYS_NOMEM;
    hys__arena_free(&arena);
    return status;
}
