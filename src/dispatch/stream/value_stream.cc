#include <memory>
#include <utility>

#include "dispatch/stream/stream_core.h"
#include "hookline/stream.h"

namespace hookline {

void StreamSubscription::cancel() {
  if (const auto stream = stream_.lock()) {
    (void)stream->close();
  }
}

Future<ValueStream::Item> ValueStream::next(Duration timeout) { return core_->next(timeout); }

Future<void> ValueStream::close() { return core_->close(); }

bool ValueStream::is_closed() const { return core_->is_closed(); }

void ValueStream::drop() noexcept {
  if (core_) {
    (void)core_->close();
  }
}

}  // namespace hookline

namespace hookline::detail {

ValueStream open_stream(StreamSource source, OwnedRequest request) {
  auto core = std::make_shared<StreamCore>(std::move(source));
  core->open(std::move(request));
  return ValueStream(std::move(core));
}

ValueStream failed_stream(Error error) {
  return ValueStream(std::make_shared<StreamCore>(std::move(error)));
}

}  // namespace hookline::detail
