#include "hookline/detail/value_path.h"

#include <vector>

#include "marshal/python_name.h"
#include "marshal/utf8.h"

namespace hookline {

namespace {

// A script may send a key of any length, but a message has to stay short.
constexpr std::size_t kLongestKey = 80;

std::string shortened(std::string text) {
  if (text.size() > kLongestKey) {
    std::size_t cut = kLongestKey;
    while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0U) == 0x80U) {
      --cut;
    }
    text.resize(cut);
    text += "...";
  }
  return text;
}

}  // namespace

bool ValuePath::is_inside(const void* identity) const noexcept {
  for (const ValuePath* frame = this; frame != nullptr; frame = frame->parent_) {
    if (frame->identity_ == identity) {
      return true;
    }
  }
  return false;
}

void ValuePath::append_step(std::string& text) const {
  switch (step_) {
    case Step::kNowhere:
      return;
    case Step::kIndex:
      text += '[' + std::to_string(index_) + ']';
      return;
    case Step::kNthKey:
      text += ".keys()[" + std::to_string(index_) + ']';
      return;
    case Step::kKey:
      break;
  }
  const auto* key_text = key_->as<std::string>();
  if (key_text != nullptr && detail::is_ascii(*key_text) && detail::is_identifier(*key_text)) {
    text += '.' + shortened(*key_text);
  } else {
    text += '[' + shortened(key_->repr()) + ']';
  }
}

std::string ValuePath::to_string() const {
  std::vector<const ValuePath*> frames;
  for (const ValuePath* frame = this; frame != nullptr; frame = frame->parent_) {
    frames.push_back(frame);
  }
  std::string text;
  for (std::size_t i = frames.size(); i-- > 0;) {
    text += frames[i]->name_;
    frames[i]->append_step(text);
  }
  return text;
}

Error ValuePath::error(ErrorCode code, std::string_view what) const {
  std::string message = to_string();
  message += ": ";
  message += what;
  return Error{.code = code, .message = std::move(message)};
}

}  // namespace hookline
