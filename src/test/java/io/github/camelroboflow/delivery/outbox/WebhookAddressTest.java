package io.github.camelroboflow.delivery.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebhookAddressTest {

    @ParameterizedTest
    @CsvSource({"http://home_assistant:8123/, http://home_assistant:8123/", "HTTPS://Example.com, https://Example.com",
            "https://müller.example/höhe?ö=ü, https://xn--mller-kva.example/h%C3%B6he?%C3%B6=%C3%BC",
            "http://例え.テスト/a, http://xn--r8jz45g.xn--zckzah/a", "http://m%C3%BCller.example/, http://xn--mller-kva.example/",
            "https://example.com/a%2Fb?c=%20&d=e+f#g, https://example.com/a%2Fb?c=%20&d=e+f",
            "http://[::1]:80/a, http://[::1]:80/a", "' http://a/b c|d{e} ', http://a/b%20c%7Cd%7Be%7D",
            "http://u:p@host:1/a@b, http://host:1/a@b", "http://a_b.c-d_.example./, http://a_b.c-d_.example./",
            "http://host:/a, http://host/a", "http://10.0.0.7/a, http://10.0.0.7/a"})
    void addressesAreSentToAsPeopleWriteThem(String written, String sent) {
        assertThat(WebhookAddress.of(written).uri()).hasToString(sent);
    }

    @ParameterizedTest
    @CsvSource({"http://u:p@host/, u:p", "http://u%40x:p%3Aq%2F@host/, u@x:p:q/", "http://u:p@q@host/, u:p@q",
            "http://t0ken@host/, t0ken", "http://ü:é+@host/, ü:é+"})
    void aUserBeforeTheHostIsRead(String written, String user) {
        WebhookAddress address = WebhookAddress.of(written);

        assertThat(address.user()).isEqualTo(user);
        assertThat(address.uri().getRawUserInfo()).isNull();
        assertThat(address.authorization()).isPresent();
        assertThat(address.toString()).isEqualTo("http://host");
    }

    @Test
    void withoutAPasswordItIsEmpty() {
        assertThat(WebhookAddress.of("http://t0ken@host/").authorization()).hasValue("Basic dDBrZW46");
    }
}
