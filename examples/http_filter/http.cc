#include "http_filter/http.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>
#include <utility>

namespace filter {

namespace {

struct Reason {
  int status;
  std::string_view text;
};
constexpr std::array kReasons{
    Reason{.status = 200, .text = "OK"},
    Reason{.status = 400, .text = "Bad Request"},
    Reason{.status = 403, .text = "Forbidden"},
    Reason{.status = 405, .text = "Method Not Allowed"},
    Reason{.status = 411, .text = "Length Required"},
    Reason{.status = 413, .text = "Content Too Large"},
    Reason{.status = 431, .text = "Request Header Fields Too Large"},
    Reason{.status = 503, .text = "Service Unavailable"},
};

constexpr std::string_view kLineEnd = "\r\n";

std::string small_letters(std::string_view text) {
  std::string small(text);
  std::ranges::transform(small, small.begin(), [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  });
  return small;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  return first == std::string_view::npos
             ? std::string_view()
             : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Takes what stands before `end` out of `text`, or all of it if there is none.
std::string_view take_until(std::string_view& text, std::string_view end) {
  const std::size_t at = text.find(end);
  const std::string_view taken = text.substr(0, at);
  text.remove_prefix(at == std::string_view::npos ? text.size() : at + end.size());
  return taken;
}

// Returns the text of a header, or an empty one.
std::string_view header(const Request& request, std::string_view name) {
  const hookline::Value* const found = request.headers.find(name);
  return found == nullptr ? std::string_view() : *found->as<std::string>();
}

// Reads the request line and the headers.
std::expected<Request, int> read_head(std::string_view head) {
  std::string_view line = take_until(head, kLineEnd);
  const std::string_view method = take_until(line, " ");
  Request request{.path = std::string(take_until(line, " ")), .headers = {}, .body = {}};
  if (!request.path.starts_with('/') || line != "HTTP/1.1") {
    return std::unexpected(400);
  }
  if (method != "POST") {
    return std::unexpected(405);
  }
  while (!head.empty()) {
    line = take_until(head, kLineEnd);
    const std::size_t colon = line.find(':');
    std::string name = small_letters(line.substr(0, colon));
    if (colon == std::string_view::npos || name.empty() ||
        name.find_first_of(" \t") != std::string::npos || request.headers.find(name) != nullptr) {
      return std::unexpected(400);
    }
    request.headers.items.emplace_back(std::move(name), trimmed(line.substr(colon + 1)));
  }
  request.keeps_connection = small_letters(header(request, "connection")) != "close";
  return request;
}

std::expected<std::size_t, int> body_size(const Request& request) {
  const std::string_view text = header(request, "content-length");
  if (text.empty() || !header(request, "transfer-encoding").empty()) {
    return std::unexpected(411);
  }
  std::size_t size = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
  if (error == std::errc::invalid_argument || end != text.data() + text.size()) {
    return std::unexpected(400);
  }
  if (error != std::errc() || size > kLargestBody) {
    return std::unexpected(413);
  }
  return size;
}

}  // namespace

std::expected<std::optional<Request>, int> take_request(std::string& bytes) {
  constexpr std::string_view kHeadEnd = "\r\n\r\n";
  const std::size_t head = bytes.find(kHeadEnd);
  if (std::min(head, bytes.size()) > kLargestHead) {
    return std::unexpected(431);
  }
  if (head == std::string::npos) {
    return std::nullopt;
  }
  auto request = read_head(std::string_view(bytes).substr(0, head));
  if (!request) {
    return std::unexpected(request.error());
  }
  const auto size = body_size(*request);
  if (!size) {
    return std::unexpected(size.error());
  }
  const std::size_t start = head + kHeadEnd.size();
  if (bytes.size() - start < *size) {
    return std::nullopt;
  }
  request->body = bytes.substr(start, *size);
  bytes.erase(0, start + *size);
  return *std::move(request);
}

std::string make_response(int status, std::string_view body, bool keeps_connection) {
  const auto* const reason = std::ranges::find(kReasons, status, &Reason::status);
  std::string response = "HTTP/1.1 " + std::to_string(status) + ' ' +
                         std::string(reason == kReasons.end() ? "" : reason->text) +
                         "\r\nContent-Length: " + std::to_string(body.size()) +
                         "\r\nConnection: " + (keeps_connection ? "keep-alive" : "close") +
                         "\r\n\r\n";
  return response += body;
}

}  // namespace filter
