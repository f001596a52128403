#include "hub/net/flush_list.h"

#include <algorithm>

#include "hub/net/connection.h"

namespace hookline::hub {

void FlushList::remove(const Connection& connection) {
  std::ranges::replace(connections_, &connection, nullptr);
  std::ranges::replace(flushing_, &connection, nullptr);
}

void FlushList::flush_all() {
  // A flush may end a connection, and that may make others have something to send: until none has.
  while (!connections_.empty()) {
    flushing_.swap(connections_);
    for (auto* const& connection : flushing_) {  // by reference: remove() may clear what is to come
      if (connection != nullptr) {
        connection->flush();
      }
    }
    flushing_.clear();
  }
}

}  // namespace hookline::hub
