#include "plugin/module/vh_read.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "marshal/python_text.h"

namespace hookline::detail {

namespace {

using Texts = std::array<std::string_view, kMaxVhArguments>;

// Views the arguments if all are positional texts that Python has in the hub's encoding. Returns
// false otherwise; run_vh_function then reads the arguments and reports errors.
bool view_texts(const VhSignature& signature, const VhArguments& given,
                const ScriptContext& context, Texts& texts) {
  if (given.keywords != nullptr || given.count < signature.required ||
      given.count > signature.count) {
    return false;
  }
  const MarshalOptions options{.text = TextMode::kHub, .codec = context.codec};
  for (std::size_t i = 0; i < given.count; ++i) {
    PyObject* const object = given.positional[i];
    const auto text = PyUnicode_CheckExact(object) ? kept_text(object, options) : std::nullopt;
    if (!text) {
      return false;
    }
    texts[i] = *text;
  }
  return true;
}

}  // namespace

PyObject* run_vh_read(Vh function, const VhArguments& given, const ScriptContext& context) {
  Texts texts;
  if (context.reads_on_host || !view_texts(vh_signature(function), given, context, texts)) {
    return run_vh_function(function, given, context);
  }
  const Result<Value> result =
      context.host->vh_read(function, std::span(texts).first(given.count), context.caller);
  const auto* const number = result ? result->as<std::int64_t>() : nullptr;
  return number != nullptr ? PyLong_FromLongLong(*number) : vh_result(function, result, context);
}

}  // namespace hookline::detail
