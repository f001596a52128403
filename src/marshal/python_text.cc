#include "marshal/python_text.h"

#include <algorithm>
#include <array>

namespace hookline {

namespace {

constexpr const char* kExactErrors = "surrogatepass";
constexpr const char* kHubErrors = "surrogateescape";

bool is_utf8(std::string_view encoding) {
  return encoding == "utf-8" || encoding == "UTF-8" || encoding == "utf8";
}

// Code pages whose lower half is ASCII, so that ASCII text need not go through their codec.
bool extends_ascii(std::string_view encoding) {
  constexpr auto kFamilies =
      std::to_array<std::string_view>({"cp125", "CP125", "windows-125", "iso-8859-", "ISO-8859-",
                                       "iso8859", "latin", "koi8", "KOI8", "cp866", "ascii"});
  return std::ranges::any_of(
      kFamilies, [encoding](std::string_view family) { return encoding.starts_with(family); });
}

bool is_ascii(std::string_view text) {
  unsigned char bits = 0;
  for (const char c : text) {
    bits |= static_cast<unsigned char>(c);
  }
  return bits < 0x80;
}

bool encode_with(PyObject* str, const char* encoding, const char* errors, std::string& out) {
  const PyRef bytes = PyRef::steal(PyUnicode_AsEncodedString(str, encoding, errors));
  if (!bytes) {
    return false;
  }
  out.assign(PyBytes_AS_STRING(bytes.get()),
             static_cast<std::size_t>(PyBytes_GET_SIZE(bytes.get())));
  return true;
}

const std::string& legacy_encoding(const MarshalOptions& options) {
  return options.codec->hub_encoding;
}

bool uses_legacy_codec(const MarshalOptions& options) {
  return options.text == TextMode::kHub && options.codec != nullptr &&
         !is_utf8(legacy_encoding(options));
}

}  // namespace

PyRef decode_text(std::string_view text, const MarshalOptions& options) {
  if (!uses_legacy_codec(options)) {
    const char* errors = options.text == TextMode::kHub ? kHubErrors : kExactErrors;
    return PyRef::steal(
        PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), errors));
  }
  const std::string& encoding = legacy_encoding(options);
  if (extends_ascii(encoding) && is_ascii(text)) {
    return PyRef::steal(
        PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), nullptr));
  }
  return PyRef::steal(PyUnicode_Decode(text.data(), static_cast<Py_ssize_t>(text.size()),
                                       encoding.c_str(), kHubErrors));
}

// Python keeps the UTF-8 form of a str once that was asked for, and of an ASCII one it is the str.
std::optional<std::string_view> kept_text(PyObject* str, const MarshalOptions& options) {
  const bool is_utf8_form = !uses_legacy_codec(options) ||
                            (PyUnicode_IS_ASCII(str) && extends_ascii(legacy_encoding(options)));
  Py_ssize_t size = 0;
  const char* text = is_utf8_form ? PyUnicode_AsUTF8AndSize(str, &size) : nullptr;
  if (text == nullptr) {
    PyErr_Clear();
    return std::nullopt;
  }
  return std::string_view(text, static_cast<std::size_t>(size));
}

bool encode_text(PyObject* str, const MarshalOptions& options, std::string& out) {
  if (uses_legacy_codec(options)) {
    return encode_with(str, legacy_encoding(options).c_str(), kHubErrors, out);
  }
  return encode_with(str, "utf-8", options.text == TextMode::kHub ? kHubErrors : kExactErrors, out);
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

std::string type_name(PyObject* object) {
  const PyRef name = PyRef::steal(PyType_GetFullyQualifiedName(Py_TYPE(object)));
  if (name) {
    return display_text(name.get());
  }
  PyErr_Clear();
  return Py_TYPE(object)->tp_name;
}

Error take_conversion_error(const ValuePath& at, ErrorCode code) {
  const PyRef exception = PyRef::steal(PyErr_GetRaisedException());
  const PyRef text = PyRef::steal(PyObject_Str(exception.get()));
  PyErr_Clear();
  const std::string what = text ? display_text(text.get()) : std::string("<no text>");
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

}  // namespace hookline
