/* Variants of a model: the parameter sets beside its file. */
#include "cli/card.h"

#define LINE_MOST 100

static void put_set(FILE *out, const hys_variant *variant) {
    int column = fprintf(out, ".model %s %s", variant->name, variant->module);
    for (size_t k = 0; k < variant->n_set; k++) {
        int n = shown_width(variant->set[k]);
        if (column + 1 + n > LINE_MOST) column = fprintf(out, "\n+") - 1;
        fprintf(out, " %s", variant->set[k]);
        column += 1 + n;
    }
}

static void put_variant(FILE *out, const hys_variant *variant) {
    fprintf(out, "\n### %s\n\n", variant->name);
    card_put_text(out, variant->desc, false);
    fputs(*variant->desc ? "\n" : "", out);
    if (*variant->label) {
        fputs("\n**Label.** ", out);
        card_put_text(out, variant->label, false);
        putc('\n', out);
    }
    if (*variant->reference) {
        fputs("\n**Source.** ", out);
        card_put_text(out, variant->reference, false);
        putc('\n', out);
    }
    fputs("\n```spice\n", out);
    put_set(out, variant);
    fputs("\n```\n", out);
}

void card_put_variants(FILE *out, const model_card *card) {
    if (!card->n_variants) return;
    fprintf(out,
            "\n## Variants\n\nDevices of their own (`hysteron iv %s`), and `.model` cards in "
            "[models/%s/%s.lib](../../models/%s/%s.lib).\n",
            card->variants[0].name, card->entry->family, card->entry->name, card->entry->family, card->entry->name);
    for (size_t k = 0; k < card->n_variants; k++) put_variant(out, &card->variants[k]);
}
