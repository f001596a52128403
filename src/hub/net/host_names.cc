#include "hub/net/host_names.h"

#include <unordered_map>
#include <utility>
#include <vector>

namespace hookline::hub {

// Describes one look-up. libuv owns it until the callback.
struct HostNames::Request {
  uv_getnameinfo_t request{};
  std::string ip;
  std::shared_ptr<State> state;
};

struct HostNames::State {
  uv_loop_t* loop = nullptr;
  bool is_closed = false;
  std::unordered_map<std::string, std::string> known;
  struct Waiting {
    Request* request = nullptr;
    std::vector<Found> found;
  };
  std::unordered_map<std::string, Waiting> waiting;  // by address

  void answer(const std::string& ip, const std::string& host) {
    if (known.size() >= kMaxNames) {
      known.clear();
    }
    known.insert_or_assign(ip, host);
    auto node = waiting.extract(ip);
    for (const auto& found : node ? std::move(node.mapped().found) : std::vector<Found>()) {
      found(host);
    }
  }
};

namespace {

bool read_address(const std::string& ip, sockaddr_storage& address) {
  return uv_ip4_addr(ip.c_str(), 0, reinterpret_cast<sockaddr_in*>(&address)) == 0 ||
         uv_ip6_addr(ip.c_str(), 0, reinterpret_cast<sockaddr_in6*>(&address)) == 0;
}

}  // namespace

HostNames::HostNames(uv_loop_t* loop) : state_(std::make_shared<State>()) { state_->loop = loop; }

HostNames::~HostNames() { close(); }

void HostNames::look_up(const std::string& ip, Found found) {
  if (state_->is_closed) {
    return;
  }
  if (const auto known = state_->known.find(ip); known != state_->known.end()) {
    found(known->second);
    return;
  }
  auto& waiting = state_->waiting[ip];
  waiting.found.push_back(std::move(found));
  if (waiting.request != nullptr) {
    return;
  }
  auto request = std::make_unique<Request>();
  request->ip = ip;
  request->state = state_;
  request->request.data = request.get();
  const auto on_found = [](uv_getnameinfo_t* done, int status, const char* host,
                           const char* /*service*/) {
    const std::unique_ptr<Request> owned(static_cast<Request*>(done->data));
    if (!owned->state->is_closed) {
      owned->state->answer(owned->ip, status == 0 ? host : owned->ip);
    }
  };
  sockaddr_storage address{};
  if (!read_address(ip, address) ||
      uv_getnameinfo(state_->loop, &request->request, on_found,
                     reinterpret_cast<const sockaddr*>(&address), 0) != 0) {
    state_->answer(ip, ip);
    return;
  }
  waiting.request = request.release();
}

void HostNames::close() {
  if (std::exchange(state_->is_closed, true)) {
    return;
  }
  for (const auto& [ip, waiting] : state_->waiting) {
    uv_cancel(reinterpret_cast<uv_req_t*>(&waiting.request->request));
  }
  state_->waiting.clear();
}

}  // namespace hookline::hub
