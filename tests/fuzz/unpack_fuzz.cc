#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "wrapper/args.h"

namespace {

using hookline::detail::Format;

void require(bool good, const char* what) {
  if (!good) {
    std::fputs(what, stderr);
    std::abort();
  }
}

constexpr std::size_t kMostTargets = 8;

// The targets have this value, which shows whether they were written to.
struct Target {
  std::array<unsigned char, 8> bytes{};
};

// Makes arguments from arbitrary bytes: a format, and elements whose types and values may differ
// from it. There are as many elements as the format has letters, because w_unpack cannot check
// that.
class Args {
 public:
  Args(std::string_view format, std::string_view types) : format_(format), types_(types) {}

  w_Targs* make() {
    const auto parsed = hookline::detail::parse_format(format_);
    return make_level(format_,
                      parsed ? hookline::detail::count_items(parsed->items) : format_.size(), 0);
  }

 private:
  w_Targs* make_level(const std::string& format, std::size_t count, int depth) {
    std::vector<w_Telement> elements;
    for (std::size_t i = 0; i < count; ++i) {
      w_Telement element{};
      element.type = next_type();
      // An element of type T points to a tuple of any content, or is null.
      element.p = element.type == 'T' && depth < 2 ? make_level(format_, format_.size(), depth + 1)
                  : element.type == 'T'            ? nullptr
                                                   : reinterpret_cast<void*>(0x5a5a5a5a);
      elements.push_back(element);
    }
    return blocks_.emplace_back(hookline::wrapper::make_args(format, elements)).get();
  }

  char next_type() { return types_.empty() ? 'l' : types_[at_++ % types_.size()]; }

  std::string format_;
  std::string types_;
  std::size_t at_ = 0;
  std::vector<hookline::wrapper::ArgsBlock> blocks_;
};

std::size_t targets_of(const Format& format) {
  std::size_t count = 0;
  for (const auto& item : format.items) {
    count += item.type == 'T' ? 0 : 1;
  }
  return count;
}

}  // namespace

// The input is the format of the arguments, the types of their elements, and the wanted format. A
// NUL ends each of the first two.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kLongest = 16;  // each letter may be a tuple of this size
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t first = input.find('\0');
  const std::size_t second = first == std::string_view::npos ? first : input.find('\0', first + 1);
  if (second == std::string_view::npos || first > kLongest) {
    return 0;
  }
  Args args(input.substr(0, first), input.substr(first + 1, second - first - 1));
  const std::string_view rest = input.substr(second + 1);
  const std::string wanted(rest.substr(0, rest.find('\0')));
  w_Targs* const made = args.make();
  const auto format = hookline::detail::parse_format(wanted);
  if (format && targets_of(*format) > kMostTargets) {
    return 0;
  }
  std::array<Target, kMostTargets> targets;
  targets.fill({.bytes = {7, 7, 7, 7, 7, 7, 7, 7}});
  const auto before = targets;
  const int good = w_unpack(made, wanted.c_str(), &targets[0], &targets[1], &targets[2],
                            &targets[3], &targets[4], &targets[5], &targets[6], &targets[7]);
  const std::size_t stored = good != 0 ? targets_of(*format) : 0;
  for (std::size_t i = 0; i < kMostTargets; ++i) {
    const bool same = std::memcmp(&targets[i], &before[i], sizeof(Target)) == 0;
    require(same == (i >= stored), good != 0 ? "a value was not stored, or one too many"
                                             : "something was stored without success");
  }
  return 0;
}
