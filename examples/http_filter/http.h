#pragma once

#include <hookline/value.h>

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace filter {

inline constexpr std::size_t kLargestBody = 1'048'576;
inline constexpr std::size_t kLargestHead = 16'384;

// A request with a body. This is as much of HTTP/1.1 as a filter behind a proxy needs: POST, and a
// body with a Content-Length.
struct Request {
  std::string path;
  hookline::Dict headers;  // names in small letters
  std::string body;
  bool keeps_connection = true;
};

// Takes the first request out of `bytes`. Returns nullopt if it has not come completely, or the
// status to refuse it with; then nothing that follows can be read.
[[nodiscard]] std::expected<std::optional<Request>, int> take_request(std::string& bytes);

[[nodiscard]] std::string make_response(int status, std::string_view body, bool keeps_connection);

}  // namespace filter
