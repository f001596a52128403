#include "wrapper/args.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <utility>

#include "hookline/value.h"

namespace hookline::wrapper {
namespace {

static_assert(sizeof(w_Targs) % alignof(w_Telement) == 0);
static_assert(sizeof(w_Telement) % alignof(w_Targs) == 0);

using Items = std::span<const detail::FormatItem>;

// Builds one block: first all structs, then the texts of their formats.
class Packer {
 public:
  Packer(std::string_view text, const detail::Format& format, std::va_list values)
      : text_(text), items_(format.items) {
    va_copy(values_, values);
  }
  Packer(const Packer&) = delete;
  Packer& operator=(const Packer&) = delete;
  ~Packer() { va_end(values_); }

  ArgsBlock pack() {
    std::size_t structs = sizeof(w_Targs);
    std::size_t texts = text_.size() + 1;
    for (const detail::FormatItem& item : items_) {
      structs += sizeof(w_Telement);
      if (item.type == 'T') {
        structs += sizeof(w_Targs);
        texts += item.end - item.begin + 1;
      }
    }
    next_struct_ = static_cast<char*>(c_allocate(structs + texts));
    next_text_ = next_struct_ + structs;
    return ArgsBlock(pack_level(items_, text_));
  }

 private:
  w_Targs* pack_level(Items items, std::string_view text) {
    const std::size_t count = count_items(items);
    auto* const args = reinterpret_cast<w_Targs*>(next_struct_);
    next_struct_ += sizeof(w_Targs) + count * sizeof(w_Telement);
    args->format = next_text_;
    text.copy(next_text_, text.size());
    next_text_[text.size()] = '\0';
    next_text_ += text.size() + 1;
    for (std::size_t i = 0, at = 0; i < items.size(); i += 1 + items[i].nested, ++at) {
      args->args[at] = pack_one(items, i);
    }
    return args;
  }

  w_Telement pack_one(Items items, std::size_t i) {
    const detail::FormatItem& item = items[i];
    w_Telement element{};
    element.type = item.type;
    switch (item.type) {
      case 'l':
        element.l = va_arg(values_, long);
        break;
      case 'd':
        element.d = va_arg(values_, double);
        break;
      case 's':
      case 'D':
        element.s = va_arg(values_, char*);
        break;
      case 'L':
        element.L = va_arg(values_, char**);
        break;
      case 'O':
        element.O = va_arg(values_, PyObject*);
        break;
      case 'T':
        element.p = pack_level(items.subspan(i + 1, item.nested),
                               text_.substr(item.begin, item.end - item.begin));
        break;
      default:
        element.p = va_arg(values_, void*);
        break;
    }
    return element;
  }

  std::string_view text_;
  Items items_;
  std::va_list values_{};
  char* next_struct_ = nullptr;
  char* next_text_ = nullptr;
};

// Appends pointers to the elements of `args` to `found`. `items` is the parsed args.format, or its
// beginning.
bool find_elements(const w_Targs& args, Items items, std::vector<const w_Telement*>& found) {
  for (std::size_t i = 0, at = 0; i < items.size(); i += 1 + items[i].nested, ++at) {
    const w_Telement& element = args.args[at];
    if (element.type != items[i].type) {
      return false;
    }
    if (element.type != 'T') {
      found.push_back(&element);
      continue;
    }
    const auto* nested = static_cast<const w_Targs*>(element.p);
    if (nested == nullptr ||
        !find_elements(*nested, items.subspan(i + 1, items[i].nested), found)) {
      return false;
    }
  }
  return true;
}

// Sets `common` to the number of leading items that both formats have. Returns false if these
// differ in type, or if one format requires more than that.
bool find_common(const detail::Format& wanted, const detail::Format& given, std::size_t& common) {
  common = std::min(wanted.items.size(), given.items.size());
  return same_types(Items(wanted.items).first(common), Items(given.items).first(common)) &&
         wanted.required <= common && given.required <= common;
}

void store(const w_Telement* element, char type, std::va_list& targets) {
  switch (type) {
    case 'l':
      *va_arg(targets, long*) = element != nullptr ? element->l : 0;
      break;
    case 'd':
      *va_arg(targets, double*) = element != nullptr ? element->d : 0;
      break;
    case 's':
    case 'D':
      *va_arg(targets, char**) = element != nullptr ? element->s : nullptr;
      break;
    case 'L':
      *va_arg(targets, char***) = element != nullptr ? element->L : nullptr;
      break;
    case 'O':
      *va_arg(targets, PyObject**) = element != nullptr ? element->O : nullptr;
      break;
    default:
      *va_arg(targets, void**) = element != nullptr ? element->p : nullptr;
      break;
  }
}

void free_texts(char** texts) noexcept {
  for (char** text = texts; text != nullptr && *text != nullptr; ++text) {
    c_free(*text);
  }
  c_free(static_cast<void*>(texts));
}

void free_strings(w_Targs& args, Items items) noexcept {
  for (std::size_t i = 0, at = 0; i < items.size(); i += 1 + items[i].nested, ++at) {
    const w_Telement& element = args.args[at];
    switch (items[i].type) {
      case 's':
      case 'D':
        c_free(element.s);
        break;
      case 'L':
        free_texts(element.L);
        break;
      case 'T':
        if (element.p != nullptr) {
          free_strings(*static_cast<w_Targs*>(element.p), items.subspan(i + 1, items[i].nested));
        }
        break;
      default:
        break;
    }
  }
}

std::string print_text(const char* text) { return text == nullptr ? "NULL" : Value(text).repr(); }

std::string print_texts(char* const* texts) {
  if (texts == nullptr) {
    return "NULL";
  }
  std::string out = "[";
  for (char* const* text = texts; *text != nullptr; ++text) {
    out += (text == texts ? "" : ", ") + print_text(*text);
  }
  return out + "]";
}

std::string print_pointer(const void* pointer) {
  if (pointer == nullptr) {
    return "NULL";
  }
  std::string hex;
  for (auto rest = reinterpret_cast<std::uintptr_t>(pointer); rest != 0; rest /= 16) {
    hex.insert(hex.begin(), "0123456789abcdef"[rest % 16]);
  }
  return "0x" + hex;
}

std::string print_level(const w_Targs& args, Items items) {
  std::string out;
  for (std::size_t i = 0, at = 0; i < items.size(); i += 1 + items[i].nested, ++at) {
    const w_Telement& element = args.args[at];
    out += at == 0 ? "" : ", ";
    switch (items[i].type) {
      case 'l':
        out += Value(element.l).repr();
        break;
      case 'd':
        out += Value(element.d).repr();
        break;
      case 's':
      case 'D':
        out += print_text(element.s);
        break;
      case 'L':
        out += print_texts(element.L);
        break;
      case 'T':
        out += element.p == nullptr ? "NULL"
                                    : '(' +
                                          print_level(*static_cast<const w_Targs*>(element.p),
                                                      items.subspan(i + 1, items[i].nested)) +
                                          ')';
        break;
      default:
        out += print_pointer(element.p);
        break;
    }
  }
  return out;
}

}  // namespace

void* c_allocate(std::size_t size) {
  void* memory = std::malloc(size);  // NOLINT(*-no-malloc): C code calls free()
  if (memory == nullptr) {
    throw std::bad_alloc();
  }
  return memory;
}

char* c_copy(std::string_view text) {
  char* const copy = static_cast<char*>(c_allocate(text.size() + 1));
  text.copy(copy, text.size());
  copy[text.size()] = '\0';
  return copy;
}

void c_free(void* memory) noexcept { std::free(memory); }  // NOLINT(*-no-malloc): as above

ArgsBlock make_args(std::string_view format, std::span<const w_Telement> elements) {
  const std::size_t structs = sizeof(w_Targs) + elements.size() * sizeof(w_Telement);
  char* const memory = static_cast<char*>(c_allocate(structs + format.size() + 1));
  ArgsBlock args(reinterpret_cast<w_Targs*>(memory));
  char* const text = memory + structs;
  format.copy(text, format.size());
  text[format.size()] = '\0';
  args->format = text;
  std::ranges::copy(elements, static_cast<w_Telement*>(args->args));
  return args;
}

ArgsBlock pack_args(std::string_view format, std::va_list values) {
  const auto parsed = detail::parse_format(format);
  if (!parsed || format.contains('|')) {
    return nullptr;
  }
  return Packer(format, *parsed, values).pack();
}

bool match_args(const w_Targs& args, const detail::Format& wanted,
                std::vector<const w_Telement*>& found) {
  found.clear();
  const auto given = args.format != nullptr ? detail::parse_format(args.format) : detail::Format{};
  std::size_t common = 0;
  if (args.format == nullptr || !given || !find_common(wanted, *given, common) ||
      !find_elements(args, Items(given->items).first(common), found)) {
    return false;
  }
  for (const detail::FormatItem& item : Items(wanted.items).subspan(common)) {
    if (item.type != 'T') {
      found.push_back(nullptr);
    }
  }
  return true;
}

bool unpack_args(const w_Targs& args, std::string_view format, std::va_list targets) {
  const auto wanted = detail::parse_format(format);
  std::vector<const w_Telement*> found;
  if (!wanted || !match_args(args, *wanted, found)) {
    return false;
  }
  std::va_list rest{};
  va_copy(rest, targets);
  auto element = found.begin();
  for (const detail::FormatItem& item : wanted->items) {
    if (item.type != 'T') {
      store(*element++, item.type, rest);
    }
  }
  va_end(rest);
  return true;
}

void free_args(w_Targs* args) noexcept {
  if (args == nullptr) {
    return;
  }
  if (args->format != nullptr) {
    if (const auto format = detail::parse_format(args->format)) {
      free_strings(*args, format->items);
    }
  }
  c_free(args);
}

std::string print_args(const w_Targs& args) {
  if (args.format == nullptr) {
    return "no format";
  }
  const auto format = detail::parse_format(args.format);
  if (!format) {
    return format.error().message;
  }
  return std::string(args.format) + ": " + print_level(args, format->items);
}

}  // namespace hookline::wrapper
