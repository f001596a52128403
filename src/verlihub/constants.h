#pragma once

#include <array>

namespace hookline::verlihub {

// Describes one integer constant of the `vh` module.
struct VhConstant {
  const char* name;
  int value;
};

inline constexpr auto kVhConstants = std::to_array<VhConstant>({
    // Reasons why a connection was closed.
    {"eCR_DEFAULT", 0},
    {"eCR_INVALID_USER", 1},
    {"eCR_KICKED", 2},
    {"eCR_FORCEMOVE", 3},
    {"eCR_QUIT", 4},
    {"eCR_HUB_LOAD", 5},
    {"eCR_TIMEOUT", 6},
    {"eCR_TO_ANYACTION", 7},
    {"eCR_USERLIMIT", 8},
    {"eCR_SHARE_LIMIT", 9},
    {"eCR_TAG_NONE", 10},
    {"eCR_TAG_INVALID", 11},
    {"eCR_PASSWORD", 12},
    {"eCR_LOGIN_ERR", 13},
    {"eCR_SYNTAX", 14},
    {"eCR_INVALID_KEY", 15},
    {"eCR_RECONNECT", 16},
    {"eCR_CLONE", 17},
    {"eCR_SELF", 18},
    {"eCR_BADNICK", 19},
    {"eCR_NOREDIR", 20},
    // Results of AddRobot.
    {"eBOT_OK", 0},
    {"eBOT_EXISTS", 1},
    {"eBOT_WITHOUT_NICK", 2},
    {"eBOT_BAD_CHARS", 3},
    {"eBOT_RESERVED_NICK", 4},
    {"eBOT_API_ERROR", 5},
    // Kinds of bans.
    {"eBF_NICKIP", 0},
    {"eBF_IP", 1},
    {"eBF_NICK", 2},
    {"eBF_RANGE", 3},
    {"eBF_HOST1", 4},
    {"eBF_HOST2", 5},
    {"eBF_HOST3", 6},
    {"eBF_SHARE", 7},
    {"eBF_PREFIX", 8},
    {"eBF_HOSTR1", 9},
});

}  // namespace hookline::verlihub
