package io.github.camelroboflow.hosted.fake;

import static io.github.camelroboflow.hosted.fake.RawHttpClient.IMAGE;
import static io.github.camelroboflow.hosted.fake.RawHttpClient.MODEL_AND_KEY;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelroboflow.app.fixture.FreePorts;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checks that the fake responds like Roboflow's servers. */
class FakeRoboflowTest {

    private final FakeRoboflow fake = FakeRoboflow.start();
    private final RawHttpClient client = new RawHttpClient(fake);

    @AfterEach
    void close() {
        fake.close();
    }

    @Test
    void findsAPersonAndAHelmetInAnImageOfItsSize() throws Exception {
        HttpResponse<String> response = client.infer();
        JsonNode json = Json.parse(response.body());

        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(json.path("image")).hasToString("{\"width\":32,\"height\":24}");
        assertThat(json.path("predictions").findValuesAsText("class")).containsExactly("person", "helmet");
    }

    @Test
    void takesMultipartBase64AndAddressesAndTheKeyInQueryOrHeader() throws Exception {
        String multipart = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"\r\n"
                + "Content-Type: image/jpeg\r\n\r\n" + new String(EncodedImageSize.jpeg(), ISO_8859_1) + "\r\n--b--\r\n";
        HttpRequest withPart = client.to("/my-project/3").header("Authorization", "Bearer " + FakeRoboflow.KEY)
                .header("Content-Type", "multipart/form-data; boundary=b")
                .POST(BodyPublishers.ofByteArray(multipart.getBytes(ISO_8859_1))).build();

        assertThat(client.send(withPart).statusCode()).isEqualTo(200);
        assertThat(client.infer().statusCode()).isEqualTo(200);
        assertThat(client.send(client.to(MODEL_AND_KEY + "&image=https%3A%2F%2Fexample.com%2Fa.jpg").build()).statusCode())
                .isEqualTo(200);
        assertThat(fake.requests().get(0).image()).isEqualTo(fake.requests().get(1).image()).isEqualTo(EncodedImageSize.jpeg());
        assertThat(fake.requests().get(2).query()).containsEntry("image", "https://example.com/a.jpg");
    }

    @ParameterizedTest
    @CsvSource({"SERVERLESS, my-project/3, wrong, 401, message", "SERVERLESS, my-project/3, '', 401, message",
        "SERVERLESS, other/1, test-key, 404, message", "V1, my-project/3, wrong, 403, Message",
        "V1, my-project/3, '', 401, message",
        "V1, other/1, test-key, 403, Message", "LOCAL, my-project/3, wrong, 403, message", "LOCAL, other/1, test-key, 404, message",
        "SERVERLESS, dataset/my-project/upload, wrong, 401, error", "SERVERLESS, dataset/other/upload, test-key, 404, error"})
    void eachHostRefusesInItsOwnWay(HostStyle style, String target, String key, int status, String field) throws Exception {
        try (FakeRoboflow other = FakeRoboflow.start(style)) {
            URI address = URI.create(other.address() + "/" + target + "?api_key=" + key);
            HttpResponse<String> response = client.send(HttpRequest.newBuilder(address)
                    .header("Content-Type", "text/plain").POST(BodyPublishers.ofString(IMAGE)).build());

            assertThat(response.statusCode()).isEqualTo(status);
            assertThat(Json.parse(response.body()).has(field)).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            confidence=abc | ok | 422 | detail
            confidence=0.4&overlap=30&labels=on&max_detections=5&x=y | ok | 200 | predictions
            max_detections=1.5 | ok | 422 | detail
            mask_decode_mode=bogus | ok | 400 | Invalid mask decode
            format=image_and_json | ok | 200 | {"visualization":"/9j/
            x=1 | aGVsbG8= | 400 | Malformed base64
            x=1 | '' | 400 | Empty image payload
            image=http%3A%2F%2Fexample.com | '' | 400 | non https
            """)
    void checksParametersAndImages(String query, String body, int status, String text) throws Exception {
        HttpResponse<String> response = client.send(client.post(MODEL_AND_KEY + "&" + query, body.equals("ok") ? IMAGE : body));

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.body()).contains(text);
    }

    @Test
    void skipsInBase64WhatIsNoneAndRefusesWhatThatSpoils() throws Exception {
        String lines = Base64.getMimeEncoder().encodeToString(EncodedImageSize.jpeg());

        assertThat(client.send(client.post(MODEL_AND_KEY, lines)).statusCode()).isEqualTo(200);
        assertThat(client.send(client.post(MODEL_AND_KEY, "\"" + IMAGE + "\"")).statusCode()).isEqualTo(200);
        assertThat(client.send(client.post(MODEL_AND_KEY, "data:image/jpeg;base64," + IMAGE)).statusCode()).isEqualTo(200);
        assertThat(client.send(client.post(MODEL_AND_KEY, "data:image/svg+xml;base64," + IMAGE)).statusCode()).isEqualTo(400);
        assertThat(client.send(client.post(MODEL_AND_KEY, IMAGE + "A")).statusCode()).isEqualTo(400);
        assertThat(client.send(client.post(MODEL_AND_KEY, new String(EncodedImageSize.jpeg(), ISO_8859_1))).body())
                .contains("raw bytes");
    }

    @Test
    void drawsAJpegIfAskedForAnImage() throws Exception {
        HttpRequest request = client.post(MODEL_AND_KEY + "&format=image", IMAGE);
        HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());

        assertThat(response.headers().firstValue("Content-Type")).contains("image/jpeg");
        assertThat(response.body()).startsWith(0xff, 0xd8, 0xff);
    }

    @Test
    void givesAFixedAnswerForAModel() throws Exception {
        String answer = "{\"predictions\":[],\"top\":\"\"}";
        fake.answer("acme/parts", answer);

        assertThat(client.send(client.post("/acme/parts?api_key=" + FakeRoboflow.KEY, IMAGE)).body()).isEqualTo(answer);
    }

    @Test
    void runsWorkflowsWithAnOutputForEachImage() throws Exception {
        fake.answer("acme/workflows/find", "{\"n\":1}").answer("workflows/run", "{\"n\":2}");
        String images = "{\"api_key\":\"test-key\",\"inputs\":{\"image\":[{},{}]}}";

        assertThat(client.send(client.post("/acme/workflows/find", images)).body())
                .isEqualTo("{\"outputs\":[{\"n\":1},{\"n\":1}]}");
        assertThat(client.send(client.post("/infer/workflows/acme/find", images)).body()).contains("\"n\":1");
        assertThat(client.send(client.post("/workflows/run", "{\"api_key\":\"test-key\",\"inputs\":{\"image\":{}}}")).body())
                .isEqualTo("{\"outputs\":[{\"n\":2}]}");
        assertThat(client.send(client.post("/acme/workflows/other", images)).statusCode()).isEqualTo(404);
        assertThat(client.send(client.post("/acme/workflows/find", "{}")).statusCode()).isEqualTo(422);
    }

    @Test
    void tellsDuplicatesAndAnnotationsThatAreThereAlready() throws Exception {
        String key = "?api_key=" + FakeRoboflow.KEY;
        HttpRequest upload = client.post("/dataset/my-project/upload" + key, IMAGE);
        HttpRequest annotate = client.post("/dataset/my-project/annotate/image-1" + key, "{}");
        HttpRequest overwrite = client.post("/dataset/my-project/annotate/image-1" + key + "&overwrite=true", "{}");
        HttpRequest annotateAnother = client.post("/dataset/my-project/annotate/image-9" + key, "{}");

        assertThat(client.send(upload).body()).isEqualTo("{\"success\":true,\"id\":\"image-1\"}");
        assertThat(client.send(upload).body()).isEqualTo("{\"duplicate\":true,\"id\":\"image-1\"}");
        assertThat(client.send(annotate).body()).isEqualTo("{\"success\":true}");
        assertThat(client.send(annotate).statusCode()).isEqualTo(409);
        assertThat(client.send(overwrite).statusCode()).isEqualTo(200);
        assertThat(client.send(annotateAnother).statusCode()).isEqualTo(404);
    }

    @Test
    void asksForBodiesThatWaitForIt() throws Exception {
        HttpRequest request = client.to(MODEL_AND_KEY).header("Content-Type", "text/plain").expectContinue(true)
                .POST(BodyPublishers.ofString(IMAGE)).build();

        assertThat(client.send(request).statusCode()).isEqualTo(200);
        assertThat(fake.requests().get(0).text()).isEqualTo(IMAGE);
    }

    @Test
    void takesBodiesInChunks() throws Exception {
        HttpRequest request = client.to(MODEL_AND_KEY).header("Content-Type", "text/plain").POST(BodyPublishers.ofInputStream(
                () -> new ByteArrayInputStream(IMAGE.getBytes(ISO_8859_1)))).build();

        assertThat(client.send(request).statusCode()).isEqualTo(200);
        assertThat(fake.requests().get(0).header("Transfer-Encoding")).contains("chunked");
        assertThat(fake.requests().get(0).text()).isEqualTo(IMAGE);
    }

    @Test
    void isGoneOnceClosedAndCanComeBackAtItsPort() throws Exception {
        // a port that no other test gets meanwhile
        FakeRoboflow first = FakeRoboflow.start(HostStyle.SERVERLESS, FreePorts.free());
        RawHttpClient known = new RawHttpClient(first);
        known.infer();
        first.close();

        assertThat(catchThrowable(known::infer)).isInstanceOf(IOException.class);
        try (FakeRoboflow again = FakeRoboflow.start(HostStyle.SERVERLESS, first.port())) {
            assertThat(known.infer().statusCode()).isEqualTo(200);
            assertThat(again.requests()).hasSize(1);
        }
    }
}
