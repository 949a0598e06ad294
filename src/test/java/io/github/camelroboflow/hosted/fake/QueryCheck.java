package io.github.camelroboflow.hosted.fake;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Rejects the query parameters that Roboflow's server rejects, and ignores unknown ones. */
final class QueryCheck {

    private static final Pattern NUMBER = Pattern.compile(
            "(?i)\\s*[+-]?((\\d+\\.?\\d*|\\.\\d+)(e[+-]?\\d+)?|nan|inf(inity)?)\\s*");
    private static final Map<String, Pattern> TYPES = Map.of("confidence", Pattern.compile("best|default|" + NUMBER),
            "overlap", NUMBER, "keypoint_confidence", NUMBER, "tradeoff_factor", NUMBER,
            "max_detections", Pattern.compile("[+-]?\\d+(\\.0+)?"), "stroke", Pattern.compile("[+-]?\\d+(\\.0+)?"),
            "labels", Pattern.compile("(?i)true|false|1|0|on|off|yes|no|t|f|y|n"),
            "response_mask_format", Pattern.compile("polygon|rle"));
    private static final Set<String> DECODE_MODES = Set.of("accurate", "fast", "tradeoff");

    private QueryCheck() {
    }

    static void check(Map<String, String> query) throws RequestRejectedException {
        for (Map.Entry<String, Pattern> type : TYPES.entrySet()) {
            String value = query.get(type.getKey());
            if (value != null && !type.getValue().matcher(value).matches()) {
                throw new RequestRejectedException(unprocessable("query", type.getKey(), "Input should be valid", value));
            }
        }
        if (!DECODE_MODES.contains(query.getOrDefault("mask_decode_mode", "accurate"))) {
            throw new RequestRejectedException(Reply
                    .message(400, "Invalid mask decode argument sent. tradeoff_factor must be in [0.0, 1.0], "
                    + "mask_decode_mode: must be one of ['accurate', 'fast', 'tradeoff']"));
        }
    }

    static Reply unprocessable(String place, String name, String message, String input) {
        ObjectNode json = Json.object();
        ObjectNode detail = json.putArray("detail").addObject().put("type", "value_error");
        detail.putArray("loc").add(place).add(name);
        detail.put("msg", message).put("input", input);
        return Reply.json(422, json.toString());
    }
}
