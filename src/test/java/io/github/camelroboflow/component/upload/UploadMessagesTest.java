package io.github.camelroboflow.component.upload;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.hosted.fake.Behaviour;
import io.github.camelroboflow.hosted.fake.FakeRoboflow;
import io.github.camelroboflow.inference.InferenceJson;
import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.inference.RoboflowRejectedException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import jakarta.activation.DataHandler;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.attachment.AttachmentMessage;
import org.apache.camel.attachment.CamelFileDataSource;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Messages to {@code roboflow-upload}: the requests to the server, and the resulting messages. */
class UploadMessagesTest extends UploadTestBase {

    private static final String GEAR = "{\"image\":{\"width\":9,\"height\":8},\"predictions\":["
            + "{\"x\":1,\"y\":2,\"width\":3,\"height\":4,\"class\":\"gear\",\"confidence\":0.5}]}";

    private Exchange sendWithResult(String options, String result, Map<String, Object> headers) {
        context.start();
        return context.createProducerTemplate().send(uri(options), exchange -> {
            exchange.getMessage().setBody(PHOTO.toFile());
            exchange.getMessage().getHeaders().putAll(headers);
            exchange.setProperty("CamelRoboflowInference", InferenceJson.read(result));
        });
    }

    @Test
    void anImageGoesToTheDatasetAndStaysTheBody() throws IOException {
        Exchange exchange = sent("", PHOTO.toFile(), Map.of("mine", 1));

        assertThat(cloud.requests()).hasSize(1);
        assertThat(last().path()).isEqualTo("/dataset/my-project/upload");
        assertThat(last().query()).containsOnlyKeys("name").containsEntry("name", "bolts-and-nuts.jpg");
        assertThat(last().image()).isEqualTo(Files.readAllBytes(PHOTO));
        assertThat(last().header("Authorization")).contains("Bearer " + FakeRoboflow.KEY);
        assertThat(exchange.getMessage().getBody()).isEqualTo(PHOTO.toFile());
        assertThat(exchange.getMessage().getHeaders()).containsOnly(entry("mine", 1), entry(UploadConstants.UPLOAD_ID, "image-1"),
                entry(UploadConstants.UPLOAD_DUPLICATE, false));
    }

    @Test
    void aStreamStaysReadable() throws IOException {
        Exchange exchange = sent("", new ByteArrayInputStream(Files.readAllBytes(PHOTO)), Map.of());

        assertThat(last().image()).isEqualTo(Files.readAllBytes(PHOTO));
        assertThat(exchange.getMessage().getBody(InputStream.class).readAllBytes()).isEqualTo(last().image());
    }

    @Test
    void theSameImageAgainIsADuplicate() {
        sent("", PHOTO.toFile(), Map.of());
        Exchange again = sent("", PHOTO.toFile(), Map.of());

        assertThat(again.getMessage().getHeaders()).containsEntry(UploadConstants.UPLOAD_ID, "image-1")
                .containsEntry(UploadConstants.UPLOAD_DUPLICATE, true);
    }

    @Test
    void tagsAreSeparatedByCommas() {
        assertThat(request("tag=night,line 2", Map.of()).target()).contains("&tag=night&tag=line%202");
        assertThat(request("tag=night", Map.of(UploadConstants.OPTION_TAG, "a,, b")).target()).contains("&tag=a&tag=b")
                .doesNotContain("night");
        assertThat(request("tag=night", Map.of(UploadConstants.OPTION_TAG, List.of("a,b", 3, ""))).target())
                .endsWith("&tag=a%2Cb&tag=3");
        assertThat(request("tag=night", Map.of(UploadConstants.OPTION_TAG, "")).query()).doesNotContainKey("tag");
    }

    @Test
    void aHeaderOverridesAnOptionForOneMessageAndIsGoneAfterwards() {
        Exchange exchange = sent("split=train&batch=day", PHOTO.toFile(), Map.of(UploadConstants.OPTION_SPLIT, "valid",
                "camelroboflowoptionbatch", "night", UploadConstants.OPTION_NAME, "other.jpg"));

        assertThat(last().query()).containsEntry("split", "valid").containsEntry("batch", "night")
                .containsEntry("name", "other.jpg");
        assertThat(exchange.getMessage().getHeaders())
                .containsOnlyKeys(UploadConstants.UPLOAD_ID, UploadConstants.UPLOAD_DUPLICATE);
        assertThat(request("split=train&batch=day", Map.of()).query()).containsEntry("split", "train")
                .containsEntry("batch", "day");
    }

    @Test
    void anImageWithoutANameIsNamedByItsExchangesId() throws IOException {
        Exchange nameless = sent("", Files.readAllBytes(PHOTO), Map.of());
        assertThat(last().query()).containsEntry("name", nameless.getExchangeId());

        sent("", Files.readAllBytes(PHOTO), Map.of(Exchange.FILE_NAME, "in/a.jpg"));
        assertThat(last().query()).containsEntry("name", "in/a.jpg");

        sent("", Files.readAllBytes(PHOTO), Map.of(Exchange.FILE_NAME, "in/a.jpg", UploadConstants.OPTION_NAME, "b.jpg"));
        assertThat(last().query()).containsEntry("name", "b.jpg");
    }

    @Test
    void anImageIsSentAsImageInputSays() throws IOException {
        assertThat(request("", Map.of()).header("Content-Type").orElseThrow()).startsWith("multipart/form-data");
        assertThat(request("imageInput=base64", Map.of()).header("Content-Type")).contains("application/x-www-form-urlencoded");
        assertThat(last().image()).isEqualTo(Files.readAllBytes(PHOTO));

        String presigned = "https://bucket.s3.amazonaws.com/in/a.jpg?X-Amz-Signature=secret";
        Exchange exchange = sent("imageInput=url", presigned, Map.of());
        assertThat(last().query()).containsEntry("image", presigned).containsEntry("name", "a.jpg");
        assertThat(exchange.getMessage().getBody()).isEqualTo(presigned);
    }

    @ParameterizedTest
    @CsvSource({"'',{},bolts-and-nuts.json,", "annotationFormat=xml,<a/>,bolts-and-nuts.xml,",
        "annotationFormat=txt&prediction=true,gear,bolts-and-nuts.txt,true"})
    void anAnnotationFollowsTheImage(String options, String labels, String name, String prediction) {
        Exchange exchange = sent(options, PHOTO.toFile(), Map.of(UploadConstants.ANNOTATION, labels));

        assertThat(cloud.requests()).hasSize(2);
        assertThat(last().path()).isEqualTo("/dataset/my-project/annotate/image-1");
        assertThat(last().text()).isEqualTo(labels);
        assertThat(last().query().get("name")).isEqualTo(name);
        assertThat(last().query().get("prediction")).isEqualTo(prediction);
        assertThat(exchange.getMessage().getHeaders()).containsEntry(UploadConstants.UPLOAD_ANNOTATED, true)
                .doesNotContainKey(UploadConstants.ANNOTATION);
        assertThat(exchange.getMessage().getBody()).isEqualTo(PHOTO.toFile());
    }

    @Test
    void headersOverrideWhatTheAnnotationIs() {
        request("", Map.of(UploadConstants.ANNOTATION, "a,b".getBytes(), UploadConstants.OPTION_ANNOTATION_FORMAT, "csv",
                UploadConstants.OPTION_PREDICTION, "true", UploadConstants.OPTION_NAME, "x/other.png"));

        assertThat(last().query()).containsEntry("name", "other.csv").containsEntry("prediction", "true");
    }

    @Test
    void existingLabelsStayAndThatIsNoFailure() {
        sent("", PHOTO.toFile(), Map.of(UploadConstants.ANNOTATION, "{}"));
        Exchange again = sent("", PHOTO.toFile(), Map.of(UploadConstants.ANNOTATION, "{}"));

        assertThat(again.getMessage().getHeaders()).containsEntry(UploadConstants.UPLOAD_ANNOTATED, false)
                .containsEntry(UploadConstants.UPLOAD_DUPLICATE, true);
    }

    @Test
    void theResultOfAModelIsUploadedWithTheImageAsPredictions() {
        Exchange exchange = sendWithResult("annotateWithResult=true", GEAR, Map.of());

        assertThat(last().text()).isEqualTo(GEAR);
        assertThat(last().query()).containsEntry("name", "bolts-and-nuts.json").containsEntry("prediction", "true");
        assertThat(exchange.getMessage().getHeaders()).containsEntry(UploadConstants.UPLOAD_ANNOTATED, true);
        assertThat(exchange.getProperty("CamelRoboflowInference")).isNotNull();
    }

    @Test
    void aResultIsSentOnlyWithAnnotateWithResult() {
        sendWithResult("", GEAR, Map.of());
        sendWithResult("annotateWithResult=true", GEAR, Map.of(UploadConstants.OPTION_ANNOTATE_WITH_RESULT, false));
        assertThat(cloud.requests()).hasSize(2);

        sendWithResult("", GEAR, Map.of(UploadConstants.OPTION_ANNOTATE_WITH_RESULT, true));
        assertThat(cloud.requests()).hasSize(4);
    }

    @Test
    void anAnnotationInTheHeaderComesBeforeTheResult() {
        sendWithResult("annotateWithResult=true", GEAR, Map.of(UploadConstants.ANNOTATION, "{\"mine\":1}"));

        assertThat(last().text()).isEqualTo("{\"mine\":1}");
        assertThat(last().query()).doesNotContainKey("prediction");
    }

    @Test
    void anImageWithoutPredictionsIsUploadedAlone() {
        Exchange exchange = sendWithResult("annotateWithResult=true", "{\"image\":{\"width\":9,\"height\":8},\"predictions\":[]}",
                Map.of());

        assertThat(cloud.requests()).hasSize(1);
        assertThat(exchange.getMessage().getHeaders()).containsKey(UploadConstants.UPLOAD_ID)
                .doesNotContainKey(UploadConstants.UPLOAD_ANNOTATED);
    }

    @Test
    void withoutAResultAnUploadThatNeedsOneFails() {
        Exchange exchange = send("annotateWithResult=true", PHOTO.toFile(), Map.of());

        assertThat(exchange.getException()).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("there is no result of a model: the exchange property CamelRoboflowInference is not set");
        assertThat(cloud.requests()).isEmpty();
    }

    @Test
    void anImageWithRefusedLabelsIsUploaded() {
        cloud.next(Behaviour.usual()).next(Behaviour.json(200, "{\"error\":\"Unrecognized annotation format.\"}"));

        Exchange exchange = send("", PHOTO.toFile(), Map.of(UploadConstants.ANNOTATION, "{}"));

        assertThat(exchange.getException()).isInstanceOf(RoboflowException.class)
                .hasMessageContaining("the annotation of image 'bolts-and-nuts.jpg'")
                .hasMessageContaining("Unrecognized annotation format.");
        assertThat(exchange.getMessage().getHeaders()).containsEntry(UploadConstants.UPLOAD_ID, "image-1")
                .doesNotContainKey(UploadConstants.UPLOAD_ANNOTATED);
    }

    @Test
    void aFailureLeavesNoAnswerOfAnEarlierCall() {
        cloud.next(Behaviour.status(401));

        Exchange exchange = send("", PHOTO.toFile(), Map.of(UploadConstants.UPLOAD_ID, "image-0",
                UploadConstants.UPLOAD_DUPLICATE, true, UploadConstants.UPLOAD_ANNOTATED, true));

        assertThat(exchange.getException()).isInstanceOf(RoboflowRejectedException.class);
        assertThat(exchange.getMessage().getHeaders()).isEmpty();
        assertThat(exchange.getMessage().getBody()).isEqualTo(PHOTO.toFile());
    }

    @Test
    void aRedeliveryHasTheSameOptionsAndLabels() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                onException(RoboflowUnavailableException.class).maximumRedeliveries(1).redeliveryDelay(0);
                from("direct:in").to(uri("maxRetries=0"));
            }
        });
        context.start();
        cloud.next(Behaviour.status(503));

        context.createProducerTemplate().send("direct:in", exchange -> {
            exchange.getMessage().setBody(PHOTO.toFile());
            exchange.getMessage().setHeader(UploadConstants.OPTION_SPLIT, "test");
            exchange.getMessage().setHeader(UploadConstants.ANNOTATION, "{}");
        });

        assertThat(cloud.requests()).hasSize(3);
        assertThat(cloud.requests().get(1).query()).containsEntry("split", "test");
        assertThat(last().text()).isEqualTo("{}");
    }

    private Exchange sendAttached(String... files) {
        context.start();
        return context.createProducerTemplate().send(uri(""), exchange -> {
            exchange.getMessage().setBody("a mail");
            for (String file : files) {
                exchange.getMessage(AttachmentMessage.class).addAttachment(file,
                        new DataHandler(new CamelFileDataSource(PHOTO.toFile(), file)));
            }
        });
    }

    @Test
    void theAttachedImageIsUploadedUnderItsNameIfTheBodyIsNone() throws IOException {
        assertThat(sendAttached("a.jpg", "b.pdf").getException()).isNull();

        assertThat(cloud.requests()).hasSize(1);
        assertThat(last().query()).containsEntry("name", "a.jpg");
        assertThat(last().image()).isEqualTo(Files.readAllBytes(PHOTO));
    }

    @Test
    void severalAttachedImagesAreRefused() {
        assertThat(sendAttached("a.jpg", "b.jpg").getException()).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the message has 2 images as attachments (a.jpg, b.jpg), but ")
                .hasMessageEndingWith(" takes one: send each in a message of its own");
        assertThat(cloud.requests()).isEmpty();
    }

    @Test
    void aListIsRefused() {
        Exchange exchange = send("", List.of(PHOTO.toFile()), Map.of());

        assertThat(exchange.getException()).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the body is a list").hasMessageContaining("takes one image: split the list before it")
                .hasMessageNotContaining(FakeRoboflow.KEY);
        assertThat(cloud.requests()).isEmpty();
    }

    @Test
    void aResultInTheBodyIsRefused() {
        assertThat(send("", InferenceJson.read(GEAR), Map.of()).getException()).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("keep it as the body with variableReceive");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            CamelRoboflowOptionSplit            | all   | split=all is unknown: use train, valid or test
            CamelRoboflowOptionConfidence       | 0.5   | the header CamelRoboflowOptionConfidence sets no option: known are [
            CamelRoboflowOptionSpilt            | test  | sets no option: did you mean CamelRoboflowOptionSplit?
            CamelRoboflowOptionPrediction       | maybe | the header CamelRoboflowOptionPrediction holds a String that can't be
            CamelRoboflowAnnotation             | ''    | the annotation is empty: leave it out
            """)
    void aWrongHeaderFailsItsMessageAndNothingIsSent(String header, String value, String message) {
        assertThat(send("", PHOTO.toFile(), Map.of(header, value)).getException()).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
        assertThat(cloud.requests()).isEmpty();
    }
}
