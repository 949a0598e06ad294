package io.github.camelroboflow.delivery.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.delivery.outbox.WebhookSender.WebhookSignature;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class WebhookSignatureTest {

    private static final Instant TIME = Instant.ofEpochSecond(1_767_225_600);
    private static final byte[] BODY = "{\"image\": \"Gewinde é\"}".getBytes(StandardCharsets.UTF_8);

    /** Reference: {@code printf '1767225600.{"image": "Gewinde é"}' | openssl dgst -sha256 -hmac whsec_1}. */
    @Test
    void isWhatOtherToolsCompute() {
        assertThat(new WebhookSignature("whsec_1").of(BODY, TIME))
                .isEqualTo("t=1767225600,v1=7957cbae71950c1d8b3f073661a6050e799f3f83c3c5c4466d5e99bbbb53b992");
    }

    @Test
    void whileASecretIsReplacedBothSign() {
        String old = new WebhookSignature("old").of(BODY, TIME).substring("t=1767225600,".length());
        String next = new WebhookSignature("new").of(BODY, TIME).substring("t=1767225600,".length());

        assertThat(new WebhookSignature(" old , new ").of(BODY, TIME)).isEqualTo("t=1767225600," + old + "," + next);
    }

    @Test
    void withoutASecretNothingIsSigned() {
        assertThat(new WebhookSignature(" ").isWanted()).isFalse();
    }
}
