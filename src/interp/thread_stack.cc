#include "interp/thread_stack.h"

#include <filesystem>
#include <new>
#include <string_view>
#include <utility>

#include "interp/source_file.h"
#include "interp/source_line.h"
#include "marshal/python_text.h"
#include "marshal/utf8.h"

namespace hookline::detail {
namespace {

constexpr std::size_t kLongestName = 4096;  // a script may give its code any name
constexpr std::size_t kLongestLine = 200;   // what is longer was not written by a person

// A file may have another encoding.
bool is_utf8(std::string_view text) {
  std::size_t size = 1;
  for (std::size_t at = 0; at < text.size() && size != 0; at += size) {
    size = decode_code_point(text, at).size;
  }
  return size != 0;
}

// Returns a line of a file, or an empty text. `text` is the content of `file`, which is read if it
// is another one than before.
std::string_view line_of(const std::string& file, int number, std::string& read_file,
                         std::string& text) {
  if (file != read_file) {
    read_file = file;
    const std::filesystem::path path(file);
    text = path.is_absolute() ? read_source_file(path).value_or("") : "";
  }
  std::string_view rest = text;
  for (int line = 1; line < number && !rest.empty(); ++line) {
    const std::size_t end = rest.find('\n');
    rest = end != std::string_view::npos ? rest.substr(end + 1) : std::string_view();
  }
  return trimmed(rest.substr(0, rest.find('\n')));
}

}  // namespace

void ThreadStack::take(PyRef frame) noexcept try {
  count_ = 0;
  has_more_ = false;
  while (frame) {
    if (count_ == kMost) {
      has_more_ = true;
      return;
    }
    auto* const python = reinterpret_cast<PyFrameObject*>(frame.get());
    const PyRef code = PyRef::steal(reinterpret_cast<PyObject*>(PyFrame_GetCode(python)));
    const auto& names = *reinterpret_cast<const PyCodeObject*>(code.get());
    calls_[count_++] = {.file = display_text(names.co_filename, kLongestName),
                        .function = display_text(names.co_name, kLongestName),
                        .line = PyFrame_GetLineNumber(python)};
    frame = PyRef::steal(reinterpret_cast<PyObject*>(PyFrame_GetBack(python)));
  }
  PyErr_Clear();  // there may have been no memory for a frame
} catch (const std::bad_alloc&) {
  count_ = 0;
}

std::string ThreadStack::text() const noexcept try {
  std::string text = has_more_ ? "  ...\n" : "";
  std::string read_file;
  std::string source;
  for (std::size_t i = count_; i > 0; --i) {
    const Call& call = calls_[i - 1];
    text += "  File \"" + call.file + "\", line " + std::to_string(call.line) + ", in " +
            call.function + "\n";
    const std::string_view line = line_of(call.file, call.line, read_file, source);
    if (!line.empty() && line.size() <= kLongestLine && is_utf8(line)) {
      text.append("    ").append(line).append("\n");
    }
  }
  return text;
} catch (const std::bad_alloc&) {
  return {};
}

}  // namespace hookline::detail
