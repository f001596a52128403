#pragma once

#include <hookline/hook.h>
#include <hookline/typed_hook.h>

#include <cstddef>
#include <string>

namespace filter {

// Says what the results of on_post mean, in the way of this server:
//
//   None, True          accept the body
//   False               reject it
//   a str               reject it with this text; the first text counts
//   bytes               replace the body; the last ones count
//
// This is the usual way to make a rule: `decides` settles None, True and False, read() everything
// else that has a meaning.
extern const hookline::AnswerRule kFilterRule;

// The headers are a dict with names in small letters. What scripts do not decide in time is not let
// through.
inline constexpr auto kOnPost = hookline::hook<std::string, hookline::Value, hookline::Bytes>(
    "on_post", {"path", "headers", "body"}, kFilterRule, hookline::LateAnswer::kBlocks);
inline constexpr std::size_t kBodyArgument = 2;

// Answers a request: HTTP's status, and the body.
struct Reply {
  int status = 0;
  std::string body;
};

// Returns what a decision means for a request with this body.
[[nodiscard]] Reply reply_to(const hookline::Decision& decision, std::string body);

}  // namespace filter
