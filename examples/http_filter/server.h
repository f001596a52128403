#pragma once

#include <hookline/hook.h>
#include <hookline/loop.h>
#include <hookline/script_host.h>
#include <poll.h>

#include <cstdint>
#include <expected>
#include <list>
#include <map>
#include <string>
#include <utility>

#include "http_filter/descriptor.h"
#include "http_filter/filter_rule.h"
#include "http_filter/http.h"

namespace filter {

// Listens on the loopback address and answers requests as the scripts decide. One thread serves all
// connections and the scripts' calls into the host; nothing waits for a script.
//
// Ownership: it borrows what it is given. It must outlive the last decision: shut the ScriptHost
// down first.
class Server {
 public:
  // Serves scripts that are attached to `loop`, which must report its turns. `stop` is a descriptor
  // that becomes readable when the server has to end.
  Server(hookline::ScriptHost& scripts, hookline::PollLoop& loop, int stop)
      : scripts_(scripts), loop_(loop), stop_(stop) {}
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server() = default;

  // Listens on the port, or on any that is free for 0. Returns the port, or what is wrong.
  [[nodiscard]] std::expected<std::uint16_t, std::string> listen(std::uint16_t port);
  // Serves until it has to end, or has answered that many requests, if the number is not 0.
  void run(long requests);
  // Prints how many requests got each status.
  void print_summary() const;

 private:
  // One client, and the request of it that waits for its decision.
  class Connection final : public hookline::DecisionHandler {
   public:
    Connection(Server& server, Descriptor socket) : server_(server), socket_(std::move(socket)) {}

    // Says what poll() has to watch. Nothing is read from a client whose request is undecided.
    [[nodiscard]] pollfd watched() const;
    [[nodiscard]] bool ended() const { return socket_.get() < 0 && !is_undecided_; }
    void on_ready(short events);
    void on_decision(const hookline::Decision& decision) noexcept override;

   private:
    void read();
    void write();
    // Begins the next request that has come completely.
    void proceed();
    void answer(const Reply& reply, bool keeps_connection);

    Server& server_;
    Descriptor socket_;
    std::string received_;
    std::string to_send_;
    Request request_;
    bool is_undecided_ = false;
    bool closes_ = false;  // after what is to be sent
  };

  void accept();

  hookline::ScriptHost& scripts_;
  hookline::PollLoop& loop_;
  int stop_;
  Descriptor listening_;
  std::list<Connection> connections_;
  std::map<int, long> answered_;  // by status
  long sent_ = 0;                 // responses that are sent completely
};

}  // namespace filter
