#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "net/server.hpp"

namespace firn::net {

/// Firn's own certificate authority and the server certificate that it signs, as files in one
/// folder (as <home>/secrets): ca.pem, ca.key, server.pem (with ca.pem behind it), server.key.
/// Keys are EC P-256, mode 0600. The authority lives 10 years, the server certificate 397 days.
///
/// Makes what is missing, and makes the server certificate anew when less than 30 days are left,
/// when it does not hold all of `names`, or when it is not of this authority. `names` are DNS
/// names and IP addresses.
/// Errors: kInvalid for an empty list or a bad name, and when the files are damaged; of the system.
Result<TlsFiles> EnsureServerCertificate(const std::filesystem::path& folder,
                                         const std::vector<std::string>& names);

/// The authority's certificate, for clients; made when it is missing.
Result<std::string> CaCertificatePem(const std::filesystem::path& folder);

}  // namespace firn::net
