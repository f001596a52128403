#pragma once

namespace hookline::hub {

// Why a connection ended, as OnCloseConnEx and vh.CloseConnection number it (vh.eCR_*).
enum class CloseReason : int {
  kDefault = 0,
  kInvalidUser = 1,
  kKicked = 2,
  kForceMove = 3,
  kQuit = 4,  // the client left
  kHubLoad = 5,
  kTimeout = 6,      // the login took too long, or what was sent to it was not read
  kToAnyAction = 7,  // silent for too long
  kUserLimit = 8,
  kShareLimit = 9,
  kTagNone = 10,
  kTagInvalid = 11,
  kPassword = 12,
  kLoginError = 13,  // a script refused it
  kSyntax = 14,      // malformed, too long or too many commands
  kInvalidKey = 15,
  kReconnect = 16,  // the same registered user logged in again
  kClone = 17,
  kSelf = 18,
  kBadNick = 19,
  kNoRedirect = 20,
};

}  // namespace hookline::hub
