#pragma once

#include "hookline/hook.h"

namespace hookline::verlihub {

// Has the rules for the results of Verlihub's hooks: see HOOKLINE_VERLIHUB_HOOKS. One block is
// enough, the last replacement wins as a whole, and all protocol lines are kept.
extern const AnswerRule kDecisionRule;
extern const AnswerRule kChatRule;
extern const AnswerRule kMyInfoRule;

}  // namespace hookline::verlihub
