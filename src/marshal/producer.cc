#include <atomic>

#include "hookline/convert.h"

namespace hookline {

namespace {

struct Box {
  detail::ProducerSource source;
  std::atomic<bool> taken = false;
};

// The type of the deleter tells a Handle to a producer from other handles.
struct DeleteBox {
  void operator()(Box* box) const { std::default_delete<Box>()(box); }
};

}  // namespace

Value make_producer(std::unique_ptr<Producer> producer, TextMode text) {
  auto box = std::make_unique<Box>();
  box->source = {.producer = std::move(producer), .text = text};
  return Handle(std::shared_ptr<Box>(box.release(), DeleteBox()));
}

namespace detail {

bool is_producer(const Handle& handle) noexcept {
  return std::get_deleter<DeleteBox>(handle.object()) != nullptr;
}

ProducerSource take_producer(const Handle& handle) noexcept {
  auto& box = *static_cast<Box*>(handle.object().get());
  return box.taken.exchange(true) ? ProducerSource() : std::move(box.source);
}

}  // namespace detail

}  // namespace hookline
