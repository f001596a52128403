#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <deque>

#include "dispatch/mailbox/mailbox.h"
#include "dispatch/mailbox/mailbox_reader.h"
#include "hookline/options.h"
#include "tests/support/idle_worker.h"
#include "tests/support/probe_call.h"

namespace hookline {

using namespace detail;

// Has a full mailbox with a capacity of two.
class FullMailbox {
 public:
  static constexpr auto kLong = std::chrono::hours(1);

  explicit FullMailbox(Overflow overflow, Duration block_timeout = kLong)
      : mailbox({.capacity = 2, .overflow = overflow, .block_timeout = block_timeout}, worker),
        reader(mailbox, 256),
        calls(2) {
    for (ProbeCall& call : calls) {
      EXPECT_TRUE(mailbox.has_room());
      mailbox.post(call);
    }
  }
  FullMailbox(const FullMailbox&) = delete;
  FullMailbox& operator=(const FullMailbox&) = delete;
  ~FullMailbox() {
    while (reader.next() != nullptr) {
    }
  }

  IdleWorker worker;
  Mailbox mailbox;
  MailboxReader reader;
  std::deque<ProbeCall> calls;
};

}  // namespace hookline
