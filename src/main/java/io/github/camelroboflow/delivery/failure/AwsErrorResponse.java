package io.github.camelroboflow.delivery.failure;

import io.github.camelroboflow.inference.support.MessageText;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An error response of S3, SQS or a compatible server. Reads Amazon's exceptions by reflection, since its library may be absent.
 *
 * @param code    such as {@code AccessDenied}; empty if there is none, as in the response to a HEAD
 * @param message the server's own text; empty if there is none
 */
public record AwsErrorResponse(int status, String code, String message) {

    private static final String RESPONSE = "software.amazon.awssdk.core.exception.SdkServiceException";
    private static final String RESPONSE_WITH_CODE = "software.amazon.awssdk.awscore.exception.AwsServiceException";
    private static final int LONGEST = 500;

    private static final Pattern REASON = Pattern.compile("<Reason>([^<]{1,500})</Reason>");

    /** Signatures, credentials and tokens that some servers repeat in their messages. */
    private static final Pattern SECRETS = Pattern.compile("(?i)((?:access[-_ ]?key[-_ ]?id|credential|signature"
            + "|security[-_ ]?token|secret[-_a-z]*|authorization)\\s*[=:]\\s*)[^\\s,;&<>]+|[A-Za-z0-9+/=]{80,}");

    /**
     * Codes about the content of the request. All other codes with a status of 400 and above are about the bucket, the queue, the
     * credentials or the moment.
     */
    private static final Set<String> PAYLOAD_CODES = Set.of(
            "EntityTooLarge", "EntityTooSmall", "KeyTooLongError", "KeyTooLong", "InvalidDigest", "BadDigest", "IncompleteBody",
            "MetadataTooLarge", "InvalidTag", "InvalidURI", "InvalidObjectName", "XAmzContentSHA256Mismatch",
            "MaxMessageLengthExceeded", "RequestHeaderSectionTooLarge", "XMinioInvalidObjectName", "XMinioParentIsObject",
            "XMinioObjectExistsAsDirectory", "InvalidMessageContents", "InvalidParameterValue", "InvalidAttributeValue",
            "MessageTooLong", "RequestEntityTooLarge");

    /** Reads the response that an exception holds. Empty if it holds none. */
    public static Optional<AwsErrorResponse> of(Throwable error) {
        if (!FailureClassifier.isNamed(error, RESPONSE::equals)) {
            return Optional.empty();
        }
        Object details = FailureClassifier.isNamed(error, RESPONSE_WITH_CODE::equals)
                ? FailureClassifier.get(error, "awsErrorDetails") : null;
        String code = details == null ? null : (String) FailureClassifier.get(details, "errorCode");
        String message = details == null ? error.getMessage() : (String) FailureClassifier.get(details, "errorMessage");
        int status = (int) FailureClassifier.get(error, "statusCode");
        return Optional.of(new AwsErrorResponse(status, Objects.toString(code, ""),
                Objects.toString(message, "") + reason(details)));
    }

    /** Returns the element {@code Reason}: some servers explain a refusal only there. */
    private static String reason(Object details) {
        Object response = details == null ? null : FailureClassifier.get(details, "rawResponse");
        Matcher reason = REASON.matcher(response == null ? "" : (String) FailureClassifier.get(response, "asUtf8String"));
        return reason.find() ? " (" + reason.group(1) + ")" : "";
    }

    /** Returns whether the content of the request was refused, so that another content could be accepted. */
    boolean isPayloadFault() {
        return switch (status) {
            case 400, 409 -> code.isEmpty() ? status == 400 : PAYLOAD_CODES.contains(code);
            case 401, 402, 403, 404, 405, 407, 408, 410, 423, 425, 429 -> false;
            default -> status >= 400 && status < 500;
        };
    }

    /** Returns the status, the code and the message for a person: cleaned, shortened, and without secrets. */
    public String describe() {
        String cleaned = SECRETS.matcher(message.replaceAll("\\s+", " ").strip()).replaceAll("$1…");
        String text = MessageText.printable(code + (code.isEmpty() || cleaned.isEmpty() ? "" : ": ") + cleaned);
        String full = "HTTP status " + status + (text.isEmpty() ? "" : " " + text);
        return full.length() <= LONGEST ? full : full.substring(0, LONGEST) + "…";
    }

}
