package io.github.camelroboflow.delivery.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.camelroboflow.delivery.outbox.Outbox.WebhookScheme;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookSignatureTest {

    private static final String HEADER = "webhook-signature";
    private static final Instant TIME = Instant.ofEpochSecond(1_767_225_600);
    private static final byte[] BODY = "{\"image\": \"Gewinde é\"}".getBytes(StandardCharsets.UTF_8);

    private static String stripe(String secrets) {
        return new WebhookSignature(WebhookScheme.STRIPE, secrets).headers("id1", BODY, TIME).get(HEADER);
    }

    private static String standard(String secrets) {
        return new WebhookSignature(WebhookScheme.STANDARD, secrets).headers("id1", BODY, TIME).get(HEADER);
    }

    /** Reference: {@code printf '1767225600.{"image": "Gewinde é"}' | openssl dgst -sha256 -hmac whsec_1}. */
    @Test
    void asStripeItIsWhatOtherToolsCompute() {
        assertThat(stripe("whsec_1")).isEqualTo("t=1767225600,v1=7957cbae71950c1d8b3f073661a6050e799f3f83c3c5c4466d5e99bbbb53b992");
    }

    /** Reference: {@code printf 'id1.1767225600.{"image": "Gewinde é"}' | openssl dgst -sha256 -hmac s3cret -binary | base64}. */
    @Test
    void asStandardItIsWhatOtherToolsCompute() {
        assertThat(standard("s3cret")).isEqualTo("v1,kepaRTvzZr/VPIghwNUspgYHKx3JbZDToU40ybrDap8=");
    }

    @Test
    void aSecretOfStandardWebhooksIsAKeyInBase64() {
        assertThat(standard("whsec_czNjcmV0")).isEqualTo(standard("s3cret"));
    }

    @Test
    void theHeadersOfStandardWebhooks() {
        assertThat(new WebhookSignature(WebhookScheme.STANDARD, "").headers("id1", BODY, TIME))
                .containsOnlyKeys("webhook-id", "webhook-timestamp").containsEntry("webhook-id", "id1")
                .containsEntry("webhook-timestamp", "1767225600");
        assertThat(new WebhookSignature(WebhookScheme.STRIPE, "").headers("id1", BODY, TIME)).isEmpty();
    }

    @Test
    void whileASecretIsReplacedBothSign() {
        assertThat(stripe(" old , new ")).isEqualTo(stripe("old") + "," + stripe("new").substring("t=1767225600,".length()));
        assertThat(standard(" old , new ")).isEqualTo(standard("old") + " " + standard("new"));
    }

    @ParameterizedTest
    @EnumSource
    void withoutASecretNothingIsSigned(WebhookScheme scheme) {
        assertThat(new WebhookSignature(scheme, " , ").headers("id1", BODY, TIME)).doesNotContainKey(HEADER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"whsec_", "whsec_s3cret!", "other,whsec_s3cret!"})
    void aKeyThatIsNoneIsRefusedWithoutShowingIt(String secret) {
        assertThatIllegalArgumentException().isThrownBy(() -> new WebhookSignature(WebhookScheme.STANDARD, secret))
                .withMessageStartingWith("webhook.secret ").withMessageNotContaining("s3cret").withNoCause();
        assertThat(stripe(secret)).contains("v1=");
    }
}
