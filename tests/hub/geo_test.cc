#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "hookline/script_info.h"
#include "hub_fixture.h"

namespace hookline::test {

using namespace hub;

namespace {

constexpr std::string_view kGeoProxy = R"py(
import vh
def run(text): return ascii(eval(text))
)py";

constexpr std::string_view kCity = R"({"type": "Test-City", "networks": {
  "127.0.0.0/8": {"country": {"iso_code": "XL", "names": {"en": "Loopland"}}},
  "192.0.2.0/24": {
    "continent": {"code": "SA", "names": {"en": "South America"}},
    "country": {"iso_code": "BR", "names": {"en": "Brazil"}},
    "subdivisions": [{"iso_code": "SP", "names": {"en": "Sao Paulo"}}],
    "city": {"names": {"en": "São Paulo"}},
    "postal": {"code": "01000"},
    "location": {"latitude": -23.5, "longitude": -46.625, "time_zone": "America/Sao_Paulo"}},
  "2001:db8::/32": {"country": {"iso_code": "DE", "names": {"en": "Germany"}}}}})";

constexpr std::string_view kCountry = R"({"type": "Test-Country", "networks": {
  "192.0.2.0/24": {"country": {"iso_code": "ZZ", "names": {"en": "Not asked"}}},
  "198.51.100.0/24": {"country": {"iso_code": "FR", "names": {"en": "France"}}}}})";

constexpr std::string_view kAsn = R"({"type": "Test-ASN", "networks": {
  "192.0.2.0/25": {"autonomous_system_number": 64500,
                   "autonomous_system_organization": "Example Net"},
  "198.51.100.0/24": {"autonomous_system_number": 64501}}})";

class GeoTest : public HubTest {
 public:
  // Writes a database beside the configuration.
  void make(std::string_view name, std::string_view json) const {
    const auto file = folder.path() / name;
    const auto source = folder.write(std::string(name) + ".json", json);
    const std::string command = std::string(HOOKLINE_PYTHON_EXECUTABLE) + " " +
                                HOOKLINE_SOURCE_DIR "/tests/hub/make_mmdb.py " + file.string() +
                                " < " + source.string();
    ASSERT_EQ(std::system(command.c_str()), 0);
  }

  void start_with_databases() {
    make("city.mmdb", kCity);
    make("country.mmdb", kCountry);
    make("asn.mmdb", kAsn);
    config.base_dir = folder.path();
    config.geoip_city = "city.mmdb";
    config.geoip_country = "country.mmdb";
    config.geoip_asn = folder.path() / "asn.mmdb";
    start({{"proxy", std::string(kGeoProxy)}});
  }

  [[nodiscard]] std::string run(std::string_view expression) const {
    const auto value = call("proxy", "run", {expression});
    const auto* text = value.as<std::string>();
    return text == nullptr ? std::string() : *text;
  }
};

TEST_F(GeoTest, TheFirstDatabaseThatKnowsAnswers) {
  start_with_databases();
  EXPECT_EQ(run("vh.GetIPCC('192.0.2.7'), vh.GetIPCN('192.0.2.7')"), "('BR', 'Brazil')");
  EXPECT_EQ(run("vh.GetIPCC('198.51.100.7'), vh.GetIPCN('198.51.100.7')"), "('FR', 'France')");
  EXPECT_EQ(run("vh.GetIPCC('2001:db8::1')"), "'DE'");
  EXPECT_EQ(run("vh.GetIPCity('192.0.2.7')"), "'S\\xe3o Paulo'");
}

TEST_F(GeoTest, AutonomousSystemsAreFound) {
  start_with_databases();
  EXPECT_EQ(run("vh.GetIPASN('192.0.2.7')"), "'AS64500 Example Net'");
  EXPECT_EQ(run("vh.GetIPASN('198.51.100.7')"), "'AS64501'");
  EXPECT_EQ(run("vh.GetIPASN('192.0.2.200')"), "'--'");
}

TEST_F(GeoTest, WhatIsNotKnownIsTwoHyphens) {
  start_with_databases();
  for (const auto* name : {"GetIPCC", "GetIPCN", "GetIPCity", "GetIPASN"}) {
    for (const auto* ip : {"203.0.113.1", "no address", "", "127.0.0.1.5"}) {
      EXPECT_EQ(run("vh." + std::string(name) + "('" + ip + "')"), "'--'") << name << ' ' << ip;
    }
  }
  EXPECT_EQ(run("vh.GetGeoIP('203.0.113.1')"), "{}");
  EXPECT_EQ(run("vh.GetIPCity('198.51.100.7')"), "'--'");
}

TEST_F(GeoTest, AScriptCanGetAllThatIsKnown) {
  start_with_databases();
  EXPECT_EQ(run("vh.GetGeoIP('192.0.2.7')"),
            "{'country_code': 'BR', 'country': 'Brazil', 'continent_code': 'SA', "
            "'continent': 'South America', 'region_code': 'SP', 'region': 'Sao Paulo', "
            "'city': 'S\\xe3o Paulo', 'postal_code': '01000', 'latitude': -23.5, "
            "'longitude': -46.625, 'time_zone': 'America/Sao_Paulo', 'asn': 64500, "
            "'as_organization': 'Example Net'}");
}

TEST_F(GeoTest, TheCountryOfAUserFollowsTheAddress) {
  start_with_databases();
  const auto a = login("A");
  EXPECT_EQ(run("vh.GetUserCC('A'), vh.GetUserCC('nobody')"), "('XL', '--')");
  EXPECT_EQ(run("vh.GetUser('A')['cc']"), "'XL'");
  EXPECT_EQ(run("vh.SetUserIP('A', '198.51.100.7'), vh.GetUserCC('A')"), "(True, 'FR')");
}

TEST_F(GeoTest, AnotherDatabaseMayBeNamed) {
  start_with_databases();
  EXPECT_EQ(run("vh.GetGeoIP('192.0.2.7', 'country.mmdb')"),
            "{'country_code': 'ZZ', 'country': 'Not asked'}");
  EXPECT_EQ(run("vh.GetIPASN('192.0.2.7', db='asn.mmdb')"), "'AS64500 Example Net'");
  EXPECT_EQ(run("vh.GetIPASN('192.0.2.7', 'country.mmdb')"), "'--'");
  const auto failed =
      hub().scripts().call("proxy", "run", {"vh.GetGeoIP('192.0.2.7', 'none.mmdb')"}).get();
  ASSERT_FALSE(failed);
  EXPECT_TRUE(failed.error().message.contains("none.mmdb cannot be read as a MaxMind database"))
      << failed.error().message;
}

TEST_F(GeoTest, TheNamesAreInTheHubsEncoding) {
  config.encoding = "cp1251";
  start_with_databases();
  EXPECT_EQ(run("vh.GetIPCity('192.0.2.7'), vh.GetIPCN('192.0.2.7')"), "('S?o Paulo', 'Brazil')");
}

TEST_F(GeoTest, WithoutDatabasesNothingIsKnown) {
  start({{"proxy", std::string(kGeoProxy)}});
  EXPECT_EQ(run("vh.GetIPCC('192.0.2.7'), vh.GetIPASN('192.0.2.7'), vh.GetGeoIP('192.0.2.7')"),
            "('--', '--', {})");
}

TEST_F(GeoTest, ManyThreadsMayAskAtOnce) {
  start_with_databases();
  EXPECT_EQ(run("(lambda pool: set(pool.map(lambda i: vh.GetIPCC('192.0.2.%d' % (i % 256)), "
                "range(2000))))(__import__('concurrent.futures').futures.ThreadPoolExecutor(4))"),
            "{'BR'}");
}

TEST_F(GeoTest, AFileThatIsNoDatabaseKeepsTheHubFromStarting) {
  folder.write("text.mmdb", "no database");
  config.base_dir = folder.path();
  for (const auto* name : {"text.mmdb", "missing.mmdb"}) {
    config.geoip_country = name;
    const auto hub = Hub::create(config);
    ASSERT_FALSE(hub);
    EXPECT_TRUE(hub.error().message.starts_with("[geoip] country: ")) << hub.error().message;
    EXPECT_TRUE(hub.error().message.contains(name)) << hub.error().message;
  }
}

}  // namespace
}  // namespace hookline::test
