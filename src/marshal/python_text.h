#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "hookline/detail/value_path.h"
#include "marshal/py_ref.h"
#include "marshal/python.h"

namespace hookline::detail {

// Convert between the text of a kStr and a Python str, as MarshalOptions::text and ::codec say. On
// failure they return null or false with a Python exception set.
// REQUIRES: the calling thread is attached to an interpreter.
[[nodiscard]] PyRef decode_text(std::string_view text, const MarshalOptions& options);
[[nodiscard]] bool encode_text(PyObject* str, const MarshalOptions& options, std::string& out);

// Returns the result of encode_text() without a copy if Python keeps that text with the str,
// otherwise nullopt. Sets no exception. The text lives as long as `str`.
[[nodiscard]] std::optional<std::string_view> kept_text(PyObject* str,
                                                        const MarshalOptions& options);

// Returns whether the conversion of text may run Python code (a codec that is written in Python),
// so that other threads of the script may run meanwhile.
[[nodiscard]] bool codec_runs_python(const MarshalOptions& options);

// The text of an exception may be of any length. An error keeps this many characters of it.
inline constexpr std::size_t kLongestErrorText = std::size_t{1} << 20U;

// Clears the Python exception that is set and returns it as an error at `at`: kEncodingError if it
// comes from a codec, kScriptRaised for MemoryError and for anything that is not an Exception
// (SystemExit), and `code` otherwise. REQUIRES: an exception is set.
[[nodiscard]] Error take_conversion_error(const ValuePath& at, ErrorCode code);

// Returns the qualified name of the type of an object, for messages: "int", "myscript.User". A long
// one is cut.
[[nodiscard]] std::string type_name(PyObject* object);

// Returns the text of a Python str, with escapes for anything that is not valid UTF-8. Never fails.
[[nodiscard]] std::string display_text(PyObject* str);
// Does the same for a text that may be of any length. One of more than `most` characters loses its
// middle, and says so.
[[nodiscard]] std::string display_text(PyObject* str, std::size_t most);

}  // namespace hookline::detail
