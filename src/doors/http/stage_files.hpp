#pragma once

#include "doors/http/http_door.hpp"

namespace firn::doors {

/// The presigned addresses that PUT and GET statements hand out: /firn/stage/<token>, and
/// /firn/stage/<token>/<file> for uploads whose files the client names.
void PutStageFile(HttpServices& services, Call call);
void GetStageFile(HttpServices& services, Call call);
/// Only a valid token may send more than nothing.
net::BodyPlan PlanUpload(HttpServices& services, const net::Request& head);

}  // namespace firn::doors
