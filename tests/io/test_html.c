/* Reports: text is escaped, gnuplot's SVG loses what is not known to be harmless, panels are read back, JSON is JSON.
 */
#include "hys_test.h"
#include "io/html.h"
#include <jansson.h>

static int set_up(void **state) {
    *state = hys_test_ctx();
    return 0;
}

static int tear_down(void **state) {
    hys_ctx_free(*state);
    return 0;
}

/* ---- text ---- */

static void text_is_escaped(void **state) {
    hys__text out;
    hys__text_init(&out, *state);
    hys__html_put(&out, "<b a='1' c=\"2\">&amp;\xff\x01 \xce\xa9\n");
    assert_string_equal(out.at, "&lt;b a=&#39;1&#39; c=&quot;2&quot;&gt;&amp;amp;?? \xce\xa9\n");
    hys__text_free(&out);
}

static void quantities_are_set_as_in_print(void **state) {
    static const struct {
        double value;
        const char *unit, *text;
    } cases[] = {{4700, "ohm", "4.7&nbsp;k&Omega;"},
                 {-2.5e-6, "A", "&minus;2.5&nbsp;\302\265A"},
                 {1.661e-17, "1", "1.661&times;10<sup>&minus;17</sup>"},
                 {NAN, "V", "&ndash;"},
                 {-INFINITY, "", "&minus;&infin;"},
                 {0, "", "0"}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        hys__text out;
        hys__text_init(&out, *state);
        hys__html_quantity(&out, cases[k].value, cases[k].unit);
        assert_string_equal(out.at, cases[k].text);
        hys__text_free(&out);
    }
}

/* ---- SVG ---- */

/* What becomes of a body between the tags of gnuplot's SVG; the caller frees. */
static hys_status convert(hys_ctx *ctx, const char *body, hys__text *out) {
    hys__text svg;
    hys__text_init(&svg, ctx);
    hys__text_printf(&svg,
                     "<?xml version=\"1.0\"?><svg viewBox=\"0 0 336 262\"><title>Gnuplot</title><desc>by</desc>"
                     "<g id=\"gnuplot_canvas\"><rect x=\"0\" fill=\"#ffffff\"/><defs><path id='gpPt0' d='M0'/></defs>%s"
                     "</g></svg>",
                     body);
    hys__text_init(out, ctx);
    hys_status status = hys__html_svg(out, svg.at);
    hys__text_free(&svg);
    return status;
}

static void svg_of_gnuplot_becomes_small(void **state) {
    hys__text out;
    const char *body =
        "<g id=\"gnuplot_plot_1\" ><title>i</title>\n<g fill=\"none\" color=\"black\" "
        "stroke=\"currentColor\">\n</g><path stroke='rgb(  0, 114, 178)'  d='M1.00,2.00 L3.00,4.00\n\t\tL5,6  '/>"
        "<text font-family=\"Arial\" font-size=\"9.33\"><tspan>a &lt; b</tspan></text>"
        "<use xlink:href='#gpPt6' transform='translate(1,2)' color='rgb(  0,   0,   0)'/></g>";
    assert_int_equal(convert(*state, body, &out), HYS_OK);
    assert_non_null(
        strstr(out.at, "<g class=\"curve\"><title>i</title><path stroke=\"#0072b2\" d=\"M1.00,2.00 3.00,4.00 5,6\"/>"));
    assert_non_null(strstr(out.at, "<text><tspan>a &lt; b</tspan></text>"));
    assert_non_null(strstr(out.at, "href=\"#\1p6\" transform=\"translate(1,2)\" color=\"currentColor\""));
    assert_non_null(strstr(out.at, "<g id=\"\1p6\""));
    assert_null(strstr(out.at, "Gnuplot"));
    assert_null(strstr(out.at, "Arial"));
    hys__text_free(&out);
}

static void what_is_not_known_is_left_out_of_svg(void **state) {
    static const char *const bodies[] = {
        "<script>alert(1)</script>",
        "<path onload='alert(1)' d='M0,0'/>",
        "<a href=\"javascript:alert(1)\"><text>x</text></a>",
        "<use xlink:href='http://example.org/#a'/>",
        "<image xlink:href='data:alert'/>",
        "<foreignObject><b>alert</b></foreignObject>",
        "<path style='fill:url(javascript:alert)' d='M0,0'/>",
        "<path d='M0,0\"><script>alert(1)'/>",
    };
    for (size_t k = 0; k < sizeof bodies / sizeof *bodies; k++) {
        hys__text out;
        convert(*state, bodies[k], &out);
        const char *at = out.at ? out.at : "";
        assert_null(strstr(at, "<script"));
        assert_null(strstr(at, "javascript"));
        assert_null(strstr(at, "onload"));
        assert_null(strstr(at, "style"));
        assert_null(strstr(at, "http:"));
        assert_null(strstr(at, "data:"));
        assert_null(strstr(at, "foreign"));
        hys__text_free(&out);
    }
}

/* Cut anywhere it ends, as text that has no tag left open within a tag. */
static void svg_cut_anywhere_is_survived(void **state) {
    const char *whole = "<svg viewBox=\"0 0 1 1\"><g id=\"gnuplot_canvas\"><g id='gnuplot_plot_1'><title>a</title>"
                        "<path d='M1,2 L3,4' stroke='rgb(1,2,3)'/><use xlink:href='#gpPt99'/></g></g></svg>";
    for (size_t n = 0; n <= strlen(whole); n++) {
        char part[400];
        hys__text out;
        snprintf(part, sizeof part, "%.*s", (int)n, whole);
        hys__text_init(&out, *state);
        hys_status status = hys__html_svg(&out, part);
        assert_true(status == HYS_OK || status == HYS_SYNTAX);
        hys__text_free(&out);
    }
}

static void panels_are_read_from_the_script(void **state) {
    const char *script =
        "set x\n# panel 0.1 0.9 0.2 0.8 -1 1 0 -3 2 1\n# x Voltage, {/:Italic V} (V)\n# y a\\_b (\"S\")\n"
        "# panel nonsense\n# x a\n# y b\nplot 1\n";
    hys__text out;
    hys__text_init(&out, *state);
    hys__html_panels(&out, script);
    assert_string_equal(out.at, "[[[0.1,0.9,0.2,0.8],[-1,1,0,\"Voltage, V (V)\"],[-3,2,1,\"a_b (\\\"S\\\")\"]]]");
    hys__text_free(&out);
}

static void json_strings_come_back(void **state) {
    static const char *const texts[] = {"", "plain", "\"\\\n\t", "</script>", "\xce\xa9 m", "\x02\xff"};
    static const char *const back[] = {"", "plain", "\"\\\n\t", "</script>", "\xce\xa9 m", "\x02?"};
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
        hys__text out;
        hys__text_init(&out, *state);
        hys__json_string(&out, texts[k]);
        assert_null(strstr(out.at, "</script"));
        json_t *read = json_loads(out.at, JSON_DECODE_ANY, NULL);
        assert_non_null(read);
        assert_string_equal(json_string_value(read), back[k]);
        json_decref(read);
        hys__text_free(&out);
    }
}

static void a_figure_is_drawn_with_axes_and_rows(void **state) {
    hys_ctx *ctx = *state;
    hys_table *table = NULL;
    hys__arena arena;
    hys__html_figure figure;
    hys_figure_opts opts = hys_figure_opts_default();
    hys__arena_init(&arena, ctx, 0);
    assert_int_equal(hys_table_new(ctx, &table), HYS_OK);
    hys_table_add_column(table, "v", "V");
    hys_table_add_column(table, "i", "A");
    for (int k = 0; k <= 40; k++) hys_table_add_row(table, (double[]){0.05 * k - 1, 1e-6 * (0.05 * k - 1)});
    assert_int_equal(hys__html_figure_draw(&arena, table, &opts, &figure), HYS_OK);
    assert_non_null(strstr(figure.svg, "class=\"curve\""));
    assert_non_null(strstr(figure.panels, "\"Voltage, V (V)\""));
    assert_int_equal(strncmp(figure.csv, "v[V],i[A]\n-1,-1e-06\n", 20), 0);
    hys_table_free(table);
    hys__arena_free(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(text_is_escaped, set_up, tear_down),
        cmocka_unit_test_setup_teardown(quantities_are_set_as_in_print, set_up, tear_down),
        cmocka_unit_test_setup_teardown(svg_of_gnuplot_becomes_small, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_not_known_is_left_out_of_svg, set_up, tear_down),
        cmocka_unit_test_setup_teardown(svg_cut_anywhere_is_survived, set_up, tear_down),
        cmocka_unit_test_setup_teardown(panels_are_read_from_the_script, set_up, tear_down),
        cmocka_unit_test_setup_teardown(json_strings_come_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_figure_is_drawn_with_axes_and_rows, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
