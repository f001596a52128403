#include "marshal/python_text.h"

#include <cstring>

#include "marshal/utf8.h"

namespace hookline::detail {

namespace {

constexpr const char* kExactErrors = "surrogatepass";
constexpr const char* kHostErrors = "surrogateescape";

bool encode_with(PyObject* str, const char* encoding, const char* errors, std::string& out) {
  const PyRef bytes = PyRef::steal(PyUnicode_AsEncodedString(str, encoding, errors));
  if (!bytes) {
    return false;
  }
  out.assign(PyBytes_AS_STRING(bytes.get()),
             static_cast<std::size_t>(PyBytes_GET_SIZE(bytes.get())));
  return true;
}

bool uses_legacy_codec(const MarshalOptions& options) {
  return options.text == TextMode::kHost && options.codec != nullptr && !options.codec->is_utf8();
}

// Returns whether ASCII text has the same bytes in a Python str.
bool ascii_is_plain(const MarshalOptions& options) {
  return options.text == TextMode::kExact || options.codec == nullptr ||
         options.codec->extends_ascii();
}

// Does what PyUnicode_FromStringAndSize() does, without checking again that the text is ASCII.
PyRef decode_ascii(std::string_view text) {
  constexpr Py_UCS4 kLargest = 0x7f;
  PyRef str = PyRef::steal(PyUnicode_New(static_cast<Py_ssize_t>(text.size()), kLargest));
  if (str) {
    std::memcpy(PyUnicode_DATA(str.get()), text.data(), text.size());
  }
  return str;
}

}  // namespace

PyRef decode_text(std::string_view text, const MarshalOptions& options) {
  // CPython shares strings of up to one character, so no fresh one may be made of them.
  if (text.size() > 1 && is_ascii(text) && ascii_is_plain(options)) {
    return decode_ascii(text);
  }
  if (uses_legacy_codec(options)) {
    return PyRef::steal(PyUnicode_Decode(text.data(), static_cast<Py_ssize_t>(text.size()),
                                         options.codec->encoding().c_str(), kHostErrors));
  }
  const char* errors = options.text == TextMode::kHost ? kHostErrors : kExactErrors;
  return PyRef::steal(
      PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), errors));
}

// Python stores the UTF-8 form of a str after the first use. For ASCII it is the str itself.
std::optional<std::string_view> kept_text(PyObject* str, const MarshalOptions& options) {
  if (PyUnicode_IS_COMPACT_ASCII(str) && ascii_is_plain(options)) {
    return std::string_view(static_cast<const char*>(PyUnicode_DATA(str)),
                            static_cast<std::size_t>(PyUnicode_GET_LENGTH(str)));
  }
  Py_ssize_t size = 0;
  const char* text = uses_legacy_codec(options) ? nullptr : PyUnicode_AsUTF8AndSize(str, &size);
  if (text == nullptr) {
    PyErr_Clear();
    return std::nullopt;
  }
  return std::string_view(text, static_cast<std::size_t>(size));
}

bool encode_text(PyObject* str, const MarshalOptions& options, std::string& out) {
  if (uses_legacy_codec(options)) {
    return encode_with(str, options.codec->encoding().c_str(), kHostErrors, out);
  }
  return encode_with(str, "utf-8", options.text == TextMode::kHost ? kHostErrors : kExactErrors,
                     out);
}

bool codec_runs_python(const MarshalOptions& options) { return uses_legacy_codec(options); }

std::string display_text(PyObject* str) {
  std::string text;
  if (!encode_with(str, "utf-8", "backslashreplace", text)) {
    PyErr_Clear();
    text = "<no text>";
  }
  return text;
}

std::string display_text(PyObject* str, std::size_t most) {
  const Py_ssize_t size = PyUnicode_GET_LENGTH(str);
  if (static_cast<std::size_t>(size) <= most) {
    return display_text(str);
  }
  const auto half = static_cast<Py_ssize_t>(most / 2);
  const PyRef begin = PyRef::steal(PyUnicode_Substring(str, 0, half));
  const PyRef end = PyRef::steal(PyUnicode_Substring(str, size - half, size));
  if (!begin || !end) {
    PyErr_Clear();
    return "<no memory for a text>";
  }
  return display_text(begin.get()) + "\n... (" + std::to_string(size - 2 * half) +
         " characters are left out) ...\n" + display_text(end.get());
}

std::string type_name(PyObject* object) {
  const PyRef name = PyRef::steal(PyType_GetFullyQualifiedName(Py_TYPE(object)));
  if (name) {
    constexpr std::size_t kLongestName = 1'000;
    return display_text(name.get(), kLongestName);
  }
  PyErr_Clear();
  return Py_TYPE(object)->tp_name;
}

Error take_conversion_error(const ValuePath& at, ErrorCode code) {
  const PyRef exception = PyRef::steal(PyErr_GetRaisedException());
  const PyRef text = PyRef::steal(PyObject_Str(exception.get()));
  PyErr_Clear();
  const std::string what =
      text ? display_text(text.get(), kLongestErrorText) : std::string("<no text>");
  const auto is_a = [&exception](PyObject* type) {
    return PyErr_GivenExceptionMatches(exception.get(), type) != 0;
  };
  if (is_a(PyExc_UnicodeError) || is_a(PyExc_LookupError)) {
    return at.error(ErrorCode::kEncodingError, what);
  }
  if (is_a(PyExc_MemoryError) || !is_a(PyExc_Exception)) {
    Error error = at.error(ErrorCode::kScriptRaised, what);
    error.python_type = type_name(exception.get());
    return error;
  }
  return at.error(code, what);
}

}  // namespace hookline::detail
