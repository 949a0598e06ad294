package io.github.camelroboflow.delivery.failure;

import io.github.camelroboflow.inference.support.MessageText;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An error response of S3, SQS or a compatible server, or of Azure's storage. Reads the exceptions by reflection, since the cloud's
 * library may be absent. The codes of the clouds differ, so one set of each kind is enough.
 *
 * @param code    such as {@code AccessDenied}; empty if there is none, as in the response to a HEAD
 * @param message the server's own text; empty if there is none
 */
public record CloudErrorResponse(int status, String code, String message) {

    private static final String RESPONSE = "software.amazon.awssdk.core.exception.SdkServiceException";
    private static final String RESPONSE_WITH_CODE = "software.amazon.awssdk.awscore.exception.AwsServiceException";
    private static final Set<String> AZURE = Set.of("com.azure.storage.blob.models.BlobStorageException",
            "com.azure.storage.queue.models.QueueStorageException");
    /** The message in the body of Azure's response, without the id of the request. Azure's client adds advice of its own. */
    private static final Pattern AZURE_MESSAGE = Pattern.compile("<Message>([^<\\n]{1,500})");
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
            "MessageTooLong", "RequestEntityTooLarge", "InvalidUri", "InvalidResourceName", "OutOfRangeInput", "InvalidMetadata",
            "EmptyMetadataKey", "Md5Mismatch", "RequestBodyTooLarge", "InvalidBlobType");

    /** Codes about one object: it is archived, replaced, leased, or a delete marker. */
    private static final Set<String> OBJECT_CODES = Set.of("InvalidObjectState", "PreconditionFailed", "MethodNotAllowed",
            "BlobArchived", "BlobBeingRehydrated", "ConditionNotMet", "SnapshotsPresent", "LeaseIdMissing");
    /**
     * Codes about this client, its account or the whole bucket. A signature that does not match may be one key's, since some
     * servers compute others for keys such as {@code a//b.jpg}.
     */
    private static final Set<String> CODES_FOR_ALL = Set.of("NoSuchBucket", "InvalidAccessKeyId", "ExpiredToken", "InvalidToken",
            "TokenRefreshRequired", "RequestTimeTooSkewed", "RequestExpired",
            "AuthorizationHeaderMalformed", "PermanentRedirect", "AccountProblem", "NotSignedUp", "AllAccessDisabled",
            "InvalidAuthenticationInfo", "NoAuthenticationInformation", "AccountIsDisabled",
            "ContainerNotFound", "ContainerBeingDeleted", "ContainerDisabled", "QueueNotFound", "ServerBusy");
    private static final Set<String> MISSING_PLACE = Set.of("NoSuchBucket", "ContainerNotFound", "QueueNotFound");

    /** Reads the response that an exception holds. Empty if it holds none. */
    public static Optional<CloudErrorResponse> of(Throwable error) {
        if (FailureClassifier.isNamed(error, AZURE::contains)) {
            Matcher message = AZURE_MESSAGE.matcher(Objects.toString(FailureClassifier.get(error, "getServiceMessage"), ""));
            return Optional.of(new CloudErrorResponse((int) FailureClassifier.get(error, "getStatusCode"),
                    Objects.toString(FailureClassifier.get(error, "getErrorCode"), ""), message.find() ? message.group(1) : ""));
        }
        if (!FailureClassifier.isNamed(error, RESPONSE::equals)) {
            return Optional.empty();
        }
        Object details = FailureClassifier.isNamed(error, RESPONSE_WITH_CODE::equals)
                ? FailureClassifier.get(error, "awsErrorDetails") : null;
        String code = details == null ? null : (String) FailureClassifier.get(details, "errorCode");
        String message = details == null ? error.getMessage() : (String) FailureClassifier.get(details, "errorMessage");
        int status = (int) FailureClassifier.get(error, "statusCode");
        return Optional.of(new CloudErrorResponse(status, Objects.toString(code, ""),
                Objects.toString(message, "") + reason(details)));
    }

    /** Returns the element {@code Reason}: some servers explain a refusal only there. */
    private static String reason(Object details) {
        Object response = details == null ? null : FailureClassifier.get(details, "rawResponse");
        Matcher reason = REASON.matcher(response == null ? "" : (String) FailureClassifier.get(response, "asUtf8String"));
        return reason.find() ? " (" + reason.group(1) + ")" : "";
    }

    /** Returns whether one object is concerned, and no other. */
    public boolean isAboutObject() {
        return OBJECT_CODES.contains(code);
    }

    /** Returns whether no object can be used now. */
    public boolean isAboutAll() {
        return CODES_FOR_ALL.contains(code);
    }

    /** Returns whether a missing object is reported, rather than a missing bucket or queue. */
    public boolean isObjectMissing() {
        return status == 404 && !MISSING_PLACE.contains(code);
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
