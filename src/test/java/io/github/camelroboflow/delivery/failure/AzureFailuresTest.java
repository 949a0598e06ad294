package io.github.camelroboflow.delivery.failure;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpHeaders;
import com.azure.core.http.HttpResponse;
import com.azure.storage.blob.models.BlobStorageException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Failures of Azure's storage are the result's, the account's or those of the moment. */
class AzureFailuresTest {

    private static BlobStorageException failure(int status, String code) {
        return new BlobStorageException("Status code " + status + ", \"<?xml version='1.0'?><Error><Code>" + code + "</Code>"
                + "<Message>It does not work.\nRequestId:1\nTime:2026</Message>"
                + "<AuthenticationErrorDetail>S1GN</AuthenticationErrorDetail></Error>\"", new Response(status, code), null);
    }

    @ParameterizedTest
    @CsvSource({"404, ContainerNotFound, true", "403, AuthenticationFailed, true", "403, AuthorizationPermissionMismatch, true",
        "503, ServerBusy, true", "500, InternalError, true", "429, TooManyRequests, true", "409, ContainerBeingDeleted, true",
        "413, RequestBodyTooLarge, false", "400, InvalidMetadata, false", "400, OutOfRangeInput, false",
        "409, InvalidBlobType, false", "412, LeaseIdMissing, false"})
    void aRefusedContentIsTheResultsFaultAndAllElseAnOutage(int status, String code, boolean outage) {
        BlobStorageException failure = failure(status, code);

        assertThat(FailureClassifier.outage(failure).isPresent()).isEqualTo(outage);
        assertThat(FailureClassifier.isRefusal(failure)).isEqualTo(!outage);
    }

    @Test
    void theServersWordsAreToldWithoutItsDetails() {
        assertThat(FailureClassifier.describe(failure(404, "ContainerNotFound"))).startsWith("Azure answered with HTTP status 404"
                + " ContainerNotFound: It does not work: make the container").doesNotContain("RequestId");
        assertThat(FailureClassifier.describe(failure(403, "AuthenticationFailed"))).contains("check the account's key")
                .doesNotContain("S1GN");
    }

    @Test
    void aReplacedObjectIsNoOutage() {
        CloudErrorResponse changed = CloudErrorResponse.of(failure(412, "ConditionNotMet")).orElseThrow();

        assertThat(changed.isAboutObject()).isTrue();
        assertThat(changed.isAboutAll()).isFalse();
        assertThat(CloudErrorResponse.of(failure(503, "ServerBusy")).orElseThrow().isAboutAll()).isTrue();
        assertThat(CloudErrorResponse.of(failure(404, "BlobNotFound")).orElseThrow().isObjectMissing()).isTrue();
        assertThat(CloudErrorResponse.of(failure(404, "ContainerNotFound")).orElseThrow().isObjectMissing()).isFalse();
    }

    /** The response of a server, without a body. */
    private static final class Response extends HttpResponse {

        private final int status;
        private final HttpHeaders headers;

        Response(int status, String code) {
            super(null);
            this.status = status;
            this.headers = new HttpHeaders().set(HttpHeaderName.fromString("x-ms-error-code"), code);
        }

        @Override
        public int getStatusCode() {
            return status;
        }

        @Override
        @Deprecated
        public String getHeaderValue(String name) {
            return headers.getValue(HttpHeaderName.fromString(name));
        }

        @Override
        public HttpHeaders getHeaders() {
            return headers;
        }

        @Override
        public Flux<ByteBuffer> getBody() {
            return Flux.empty();
        }

        @Override
        public Mono<byte[]> getBodyAsByteArray() {
            return Mono.empty();
        }

        @Override
        public Mono<String> getBodyAsString() {
            return Mono.empty();
        }

        @Override
        public Mono<String> getBodyAsString(Charset charset) {
            return Mono.empty();
        }
    }
}
