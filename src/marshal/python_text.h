#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "hookline/detail/value_path.h"
#include "marshal/py_ref.h"
#include "marshal/python.h"

namespace hookline::detail {

// Between the text of a kStr and a Python str, as MarshalOptions::text and ::codec say. On failure
// they return null or false with a Python exception set.
// REQUIRES: the calling thread is attached to an interpreter.
[[nodiscard]] PyRef decode_text(std::string_view text, const MarshalOptions& options);
[[nodiscard]] bool encode_text(PyObject* str, const MarshalOptions& options, std::string& out);

// What encode_text would give, if Python keeps just that with the str: no copy, no exception. It
// lives as long as the str does.
[[nodiscard]] std::optional<std::string_view> kept_text(PyObject* str,
                                                        const MarshalOptions& options);

// Whether conversions of text under `options` may run Python code (a codec that is written in
// Python), so that other threads of the script get a turn meanwhile.
[[nodiscard]] bool codec_runs_python(const MarshalOptions& options);

// Takes the Python exception that is set as an error at `at`: kEncodingError if a codec says so,
// `code` otherwise; MemoryError and what interrupts a script are kScriptRaised.
[[nodiscard]] Error take_conversion_error(const ValuePath& at, ErrorCode code);

// The qualified name of the type of `object`, for messages: "int", "myscript.User".
[[nodiscard]] std::string type_name(PyObject* object);

// Some text of any Python str, with escapes for what is not valid UTF-8. Never fails.
[[nodiscard]] std::string display_text(PyObject* str);

}  // namespace hookline::detail
