package io.github.camelroboflow.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.github.camelroboflow.server.ServerSettings.Keys;
import io.github.camelroboflow.server.SiteRules.PasswordGuard;
import io.github.camelroboflow.server.fixture.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A site answers the person at the browser, and no other web page in that browser. */
class HttpServiceTest {

    private static final String TOKEN = "0123456789abcdef";

    private final AtomicInteger answered = new AtomicInteger();

    private HttpService start(Keys passwords) throws IOException {
        return HttpService.start(ServerSettings.of("localhost", 0, passwords), new HttpService.Site() {

            @Override
            public ServerResponse answer(RequestHead request, byte[] body) {
                answered.incrementAndGet();
                return ServerResponse.text(200, "text/plain", request.path() + " " + body.length);
            }

            @Override
            public Map<String, String> headers() {
                return Map.of("Content-Security-Policy", "default-src 'none'");
            }

            @Override
            public String name() {
                return passwords.isEmpty() ? "" : "Vision.example.com";
            }
        }, TOKEN);
    }

    /** @param head the lines of the head after the first, with a bar between */
    private Wire.Response ask(Keys passwords, String method, String head) throws IOException {
        try (HttpService service = start(passwords); Wire wire = new Wire(service.port())) {
            wire.send(method + " /live HTTP/1.1\r\n" + head.replace("|", "\r\n") + "\r\nContent-Length: 2\r\n\r\nok");
            return wire.receive(method.equals("HEAD"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host: localhost", "Host: LOCALHOST:8080", "Host: 127.0.0.1:8080", "Host: [::1]:8080",
                            "Host: localhost|Sec-Fetch-Site: same-origin|Sec-Fetch-Dest: image|Sec-Fetch-Mode: no-cors",
                            "Host: localhost|Sec-Fetch-Site: none|Sec-Fetch-Mode: navigate|Sec-Fetch-Dest: document",
                            "Host: localhost|Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: navigate|Sec-Fetch-Dest: document"})
    void thePersonAtTheBrowserIsAnswered(String head) throws IOException {
        Wire.Response response = ask(Keys.NONE, "GET", head);

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.headers()).containsEntry("content-security-policy", "default-src 'none'")
                .doesNotContainKeys("access-control-allow-origin", "access-control-allow-credentials");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host: rebound.example.com", "Host: rebound.example.com:8080", "Host: 10.0.0.1", "Host:",
                            "Host: localhost.example.com"})
    void aNameThatIsNotOursIsRefused(String head) throws IOException {
        Wire.Response response = ask(Keys.NONE, "GET", head);

        assertThat(response.status()).isEqualTo(403);
        assertThat(response.headers()).containsKey("content-security-policy");
        assertThat(answered).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: no-cors|Sec-Fetch-Dest: image",
                            "Sec-Fetch-Site: same-site|Sec-Fetch-Mode: no-cors|Sec-Fetch-Dest: image",
                            "Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: navigate|Sec-Fetch-Dest: iframe",
                            "Origin: https://example.com", "Origin: http://localhost:3000", "Origin: null"})
    void nothingIsReadByAnotherPage(String head) throws IOException {
        assertThat(ask(Keys.NONE, "GET", "Host: localhost:8080|" + head).status()).isEqualTo(403);
        assertThat(answered).hasValue(0);
    }

    @Test
    void thePageItselfMayChangeSomething() throws IOException {
        String own = "Host: localhost:8080|Origin: http://localhost:8080|Sec-Fetch-Site: same-origin|X-Page-Token: " + TOKEN;

        assertThat(ask(Keys.NONE, "POST", own).text()).isEqualTo("/live 2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Origin: http://localhost:8080", "X-Page-Token: 0123456789abcdef",
                            "Origin: http://localhost:8080|X-Page-Token: wrong",
                            "Origin: https://example.com|X-Page-Token: 0123456789abcdef",
                            "Origin: http://localhost:3000|X-Page-Token: 0123456789abcdef",
                            "Origin: null|X-Page-Token: 0123456789abcdef",
                            "Origin: http://localhost:8080|X-Page-Token: 0123456789abcdef|Sec-Fetch-Site: cross-site"})
    void nothingIsChangedWithoutTheTokenAndTheOriginOfThePage(String head) throws IOException {
        assertThat(ask(Keys.NONE, "POST", "Host: localhost:8080|" + head).status()).isEqualTo(403);
        assertThat(answered).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "DELETE", "OPTIONS"})
    void thereAreNoOtherMethods(String method) throws IOException {
        assertThat(ask(Keys.NONE, method, "Host: localhost").status()).isEqualTo(405);
    }

    private static String basic(String pair) {
        return "Authorization: Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aPasswordIsAskedFor() throws IOException {
        Keys passwords = new Keys(List.of("geheim: ä"));

        Wire.Response refused = ask(passwords, "GET", "Host: localhost");
        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.headers().get("www-authenticate")).startsWith("Basic realm=");
        assertThat(ask(passwords, "GET", "Host: localhost|" + basic("me:other")).status()).isEqualTo(401);
        assertThat(ask(passwords, "GET", "Host: localhost|Authorization: Basic !").status()).isEqualTo(401);
        assertThat(answered).hasValue(0);

        assertThat(ask(passwords, "GET", "Host: 10.0.0.1:8080|" + basic("me:geheim: ä")).status()).isEqualTo(200);
        assertThat(ask(passwords, "GET", "Host: rebound.example.com|" + basic("me:geheim: ä")).status()).isEqualTo(403);
    }

    @Test
    void aPasswordWithSpacesAroundItIsRightAsItIsWritten() throws IOException {
        Keys passwords = new Keys(List.of(" geheim "));

        assertThat(ask(passwords, "GET", "Host: localhost|" + basic("me: geheim ")).status()).isEqualTo(200);
        assertThat(ask(passwords, "GET", "Host: localhost|" + basic("me:geheim")).status()).isEqualTo(200);
    }

    /** A monitoring program in a cluster knows the machine by a name of the cluster. */
    @Test
    void aProgramWithAPasswordMayUseAnyName() throws IOException {
        Keys passwords = new Keys(List.of("geheim"));

        assertThat(ask(passwords, "GET", "Host: parts.cluster:8080|Authorization: Bearer geheim").status()).isEqualTo(200);
        assertThat(ask(passwords, "GET", "Host: parts.cluster:8080|Authorization: Bearer other").status()).isEqualTo(403);
        assertThat(ask(Keys.NONE, "GET", "Host: parts.cluster:8080|Authorization: Bearer geheim").status()).isEqualTo(403);
    }

    /** A proxy passes on the name that the browser asked for, or names the address that it asks itself. */
    @ParameterizedTest
    @ValueSource(strings = {"Host: vision.example.com|Origin: https://vision.example.com",
                            "Host: VISION.example.com:8443|Origin: https://vision.example.com:8443",
                            "Host: localhost:8080|Origin: https://vision.example.com"})
    void behindAProxyThePageHasItsOwnName(String head) throws IOException {
        String page = head + "|Sec-Fetch-Site: same-origin|X-Page-Token: " + TOKEN + "|" + basic("me:geheim");

        assertThat(ask(new Keys(List.of("geheim")), "POST", page).status()).isEqualTo(200);
        assertThat(ask(Keys.NONE, "POST", page).status()).isEqualTo(403);
        String foreign = page.replaceFirst("vision(?!.*vision)", "rebound");
        assertThat(ask(new Keys(List.of("geheim")), "POST", foreign).status()).isEqualTo(403);
    }

    private static Wire.Response ask(HttpService service, String... headers) {
        return Wire.ask(service.port(), "GET", "/", headers, null);
    }

    @Test
    void afterManyWrongPasswordsTheRightOneIsNotToldFromThem() throws IOException {
        try (HttpService service = start(new Keys(List.of("geheim")))) {
            for (int i = 0; i < PasswordGuard.MOST_WRONG; i++) {
                assertThat(ask(service, basic("me:" + i)).status()).isEqualTo(401);
            }

            assertThat(ask(service, basic("me:other")).status()).isEqualTo(429);
            Wire.Response right = ask(service, basic("me:geheim"));
            assertThat(right.status()).isEqualTo(429);
            assertThat(Integer.parseInt(right.headers().get("retry-after"))).isBetween(1, 60);
            assertThat(ask(service, "Authorization: Bearer geheim").status()).isEqualTo(429);
            assertThat(ask(service).status()).isEqualTo(401);
            assertThat(answered).hasValue(0);
        }
    }

    /** Otherwise a name that is not ours would tell the right password from wrong ones. */
    @Test
    void wrongPasswordsUnderAnyNameCount() throws IOException {
        try (HttpService service = start(new Keys(List.of("geheim")))) {
            List<Integer> statuses = IntStream.rangeClosed(0, PasswordGuard.MOST_WRONG).map(i -> {
                try (Wire wire = new Wire(service.port())) {
                    wire.send("GET / HTTP/1.1\r\nHost: parts.cluster\r\nAuthorization: Bearer " + i + "\r\n\r\n");
                    return wire.receive(false).status();
                }
            }).boxed().toList();

            assertThat(statuses).startsWith(403).endsWith(429);
        }
    }

    @Test
    void nobodyElseLocksOutABrowserThatHasShownThePassword() throws IOException {
        try (HttpService service = start(new Keys(List.of("geheim")))) {
            String cookie = ask(service, basic("me:geheim")).headers().get("set-cookie");
            assertThat(cookie).contains("HttpOnly", "SameSite=Strict");
            String known = "Cookie: theme=dark; " + cookie.split(";")[0];
            IntStream.rangeClosed(0, PasswordGuard.MOST_WRONG).forEach(i -> ask(service, basic("me:" + i)));
            assertThat(ask(service, basic("me:geheim")).status()).isEqualTo(429);

            assertThat(ask(service, basic("me:geheim"), known).status()).isEqualTo(200);
            assertThat(ask(service, known).status()).isEqualTo(401);
            assertThat(ask(service, basic("me:other"), known).status()).isEqualTo(401);
        }
        assertThat(ask(Keys.NONE, "GET", "Host: localhost").headers()).doesNotContainKey("set-cookie");
    }

    @Test
    void wrongPasswordsOfOneAddressCountForItAloneAndForAWhile() throws IOException {
        AtomicLong nanos = new AtomicLong();
        PasswordGuard guard = new PasswordGuard(nanos::get);
        IntStream.range(0, PasswordGuard.MOST_WRONG).forEach(i -> guard.wrong(address("2001:db8::" + i)));

        assertThat(guard.pause(address("2001:db8::ffff"))).contains(PasswordGuard.PERIOD);
        assertThat(guard.pause(address("2001:db8:0:1::1"))).isEmpty();
        assertThat(guard.pause(address("192.0.2.1"))).isEmpty();
        nanos.addAndGet(PasswordGuard.PERIOD.toNanos() - 1);
        assertThat(guard.pause(address("2001:db8::1"))).contains(Duration.ofNanos(1));
        nanos.incrementAndGet();
        assertThat(guard.pause(address("2001:db8::1"))).isEmpty();
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void withoutAPasswordOnlyThisMachineIsServed() {
        assertThatIOException().isThrownBy(() -> HttpService.start(ServerSettings.of("0.0.0.0", 0, Keys.NONE), null, TOKEN))
                .withMessageContaining("a password is needed");
    }
}
