/* A jq program as a function on JSON texts, for yq. */
#include <stdlib.h>
#include <string.h>
#include "jq.h"
#include "jv.h"

typedef void (*text_sink)(void *context, const char *text, size_t length);

struct filter {
  jq_state *jq;
};

static void send(jv text, text_sink sink, void *context) {
  sink(context, jv_string_value(text), (size_t)jv_string_length_bytes(jv_copy(text)));
  jv_free(text);
}

struct errors {
  text_sink sink;
  void *context;
};

static void on_error(void *data, jv message) {
  struct errors *errors = data;
  message = jq_format_error(message);
  if (jv_get_kind(message) == JV_KIND_STRING) send(message, errors->sink, errors->context);
  else jv_free(message);
}

/* Compiles a program, whose named arguments are the members of a JSON object; NULL when it makes no sense. */
struct filter *secure_exec_jq_compile(const char *program, const char *arguments, text_sink on_text, void *context) {
  jq_state *jq = jq_init();
  if (jq == NULL) return NULL;
  struct errors errors = {on_text, context};
  jq_set_error_cb(jq, on_error, &errors);
  int compiled = jq_compile_args(jq, program, jv_parse(arguments));
  jq_set_error_cb(jq, NULL, NULL);
  if (!compiled) {
    jq_teardown(&jq);
    return NULL;
  }
  struct filter *filter = malloc(sizeof(struct filter));
  if (filter != NULL) filter->jq = jq;
  return filter;
}

/* Runs it on one JSON text: each result goes to on_text. 0, or 1 after an error's text to on_failure. */
int secure_exec_jq_run(struct filter *filter, const char *json, size_t length, text_sink on_text, text_sink on_failure,
                       void *context) {
  jv input = jv_parse_sized(json, (int)length);
  if (!jv_is_valid(input)) {
    send(jv_invalid_get_msg(input), on_failure, context);
    return 1;
  }
  jq_start(filter->jq, input, 0);
  for (;;) {
    jv result = jq_next(filter->jq);
    if (jv_is_valid(result)) {
      send(jv_dump_string(result, 0), on_text, context);
      continue;
    }
    if (!jv_invalid_has_msg(jv_copy(result))) {
      jv_free(result);
      return 0;
    }
    jv message = jv_invalid_get_msg(result);
    if (jv_get_kind(message) != JV_KIND_STRING) message = jv_dump_string(message, 0);
    send(message, on_failure, context);
    return 1;
  }
}
