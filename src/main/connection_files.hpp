#pragma once

#include <cstdint>
#include <string>

#include "access/access_service.hpp"
#include "main/home.hpp"

namespace firn {

/// Writes what a client on this machine needs, each time the daemon starts: connections.toml with
/// ADMIN's access token (issued anew when it nears its end), and run/endpoint.json.
Status WriteConnectionFiles(const Home& home, access::AccessService& access, std::uint16_t port,
                            const std::string& url, const std::string& outside_url,
                            std::int64_t now_ms);
/// Takes run/endpoint.json away: nobody answers there any more.
void RemoveEndpoint(const Home& home);

}  // namespace firn
