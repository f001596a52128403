#include "hub/store/passwords.h"

#include <utility>

#include "hookline/future.h"
#include "hub/store/password_hash.h"

namespace hookline::hub {

Future<std::string> Passwords::hash(std::string password) {
  if (password.empty()) {
    return make_ready_future<std::string>(std::string());
  }
  Promise<std::string> promise;
  auto future = promise.future();
  thread_.post([password = std::move(password), promise = std::move(promise)]() mutable {
    promise.set(hash_password(password));
  });
  return future;
}

Future<bool> Passwords::verify(std::string hash, std::string password) {
  Promise<bool> promise;
  auto future = promise.future();
  thread_.post(
      [hash = std::move(hash), password = std::move(password),
       promise = std::move(promise)]() mutable { promise.set(verify_password(hash, password)); });
  return future;
}

}  // namespace hookline::hub
