#include "hub/store/passwords.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "hookline/future.h"

namespace hookline::hub {
namespace {

// After a restart all registered users come back together. At this cost a thousand of them take 20
// s.
constexpr std::uint64_t kRounds = 1u << 13;
constexpr std::string_view kPrefix = "$scrypt$ln=13,r=8,p=1$";
constexpr std::uint64_t kBlockSize = 8;
constexpr std::uint64_t kMaxMemory = 32u << 20;
constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kHashBytes = 32;

std::string to_hex(std::string_view bytes) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out.push_back(kDigits[byte >> 4]);
    out.push_back(kDigits[byte & 15]);
  }
  return out;
}

int digit_of(char c) {
  return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

std::optional<std::string> from_hex(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    const int high = digit_of(text[i]);
    const int low = digit_of(text[i + 1]);
    if (high < 0 || low < 0) {
      return std::nullopt;
    }
    out.push_back(static_cast<char>(high * 16 + low));
  }
  return out;
}

std::optional<std::string> scrypt(std::string_view password, std::string_view salt) {
  std::array<unsigned char, kHashBytes> key{};
  const bool done = EVP_PBE_scrypt(password.data(), password.size(),
                                   reinterpret_cast<const unsigned char*>(salt.data()), salt.size(),
                                   kRounds, kBlockSize, 1, kMaxMemory, key.data(), key.size()) == 1;
  return done ? std::optional(std::string(key.begin(), key.end())) : std::nullopt;
}

}  // namespace

Result<std::string> hash_password(std::string_view password) {
  std::array<unsigned char, kSaltBytes> random{};
  const bool has_salt = RAND_bytes(random.data(), static_cast<int>(random.size())) == 1;
  const std::string salt(random.begin(), random.end());
  const auto key = has_salt ? scrypt(password, salt) : std::nullopt;
  if (!key) {
    return fail(ErrorCode::kBadArguments, "the password could not be hashed: try again");
  }
  return std::string(kPrefix) + to_hex(salt) + "$" + to_hex(*key);
}

bool verify_password(std::string_view hash, std::string_view password) {
  if (!hash.starts_with(kPrefix)) {
    return false;
  }
  const auto rest = hash.substr(kPrefix.size());
  const auto dollar = rest.find('$');
  if (dollar == std::string_view::npos) {
    return false;
  }
  const auto salt = from_hex(rest.substr(0, dollar));
  const auto expected = from_hex(rest.substr(dollar + 1));
  if (!salt || !expected || expected->size() != kHashBytes) {
    return false;
  }
  const auto key = scrypt(password, *salt);
  return key && same_secret(*key, *expected);
}

bool same_secret(std::string_view a, std::string_view b) noexcept {
  unsigned difference = a.size() == b.size() ? 0u : 1u;
  for (std::size_t i = 0; i < a.size() && !b.empty(); ++i) {
    difference |=
        static_cast<unsigned char>(a[i]) ^ unsigned { static_cast<unsigned char>(b[i % b.size()]) };
  }
  return difference == 0;
}

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
