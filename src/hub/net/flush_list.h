#pragma once

#include <vector>

namespace hookline::hub {

class Connection;

// The connections that have something to send. They are flushed once per turn of the loop, right
// before it sleeps: what a turn produces for one client is one write.
//
// Thread safety: the loop's thread.
class FlushList {
 public:
  void add(Connection& connection) { connections_.push_back(&connection); }
  void remove(const Connection& connection);
  void flush_all();

 private:
  std::vector<Connection*> connections_;  // nullptr where one was removed
  std::vector<Connection*> flushing_;
};

}  // namespace hookline::hub
