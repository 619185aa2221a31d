/* XML as spreadsheets write it, piece by piece: no document types, no entities but the five of the language. */
#ifndef HYS_IO_XML_H
#define HYS_IO_XML_H
#include "io/unpack.h"

typedef enum hys__xml_kind { HYS__XML_END, HYS__XML_OPEN, HYS__XML_CLOSE, HYS__XML_TEXT, HYS__XML_BAD } hys__xml_kind;

typedef struct hys__xml {
    const char *at, *end;
    hys__xml_kind kind;
    hys__bytes name;  /* of OPEN and CLOSE, without its prefix */
    hys__bytes inner; /* of OPEN: its attributes; of TEXT: the text as written */
    bool is_empty;    /* OPEN that closes at once: a CLOSE follows all the same */
    bool closes_next;
    bool is_raw; /* TEXT of CDATA */
} hys__xml;

hys__xml hys__xml_new(hys__bytes text);
hys__xml_kind hys__xml_next(hys__xml *x);
bool hys__xml_is(const hys__xml *x, hys__xml_kind kind, const char *name);
/* value.at NULL: there is no such attribute; with or without prefix. */
hys__bytes hys__xml_attribute(const hys__xml *x, const char *name);
/* Appends with entities resolved. */
void hys__xml_put(hys__text *out, hys__bytes text, bool is_raw);

#endif
