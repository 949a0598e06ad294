package io.github.camelroboflow.component.upload;

import io.github.camelroboflow.component.ServiceProducer;
import io.github.camelroboflow.condition.camel.ExchangeProperties;
import io.github.camelroboflow.hosted.Annotation;
import io.github.camelroboflow.hosted.DatasetPlace;
import io.github.camelroboflow.hosted.Deadline;
import io.github.camelroboflow.hosted.UploadedImage;
import io.github.camelroboflow.hosted.Uploads;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Sends the image of a message to a dataset, and its labels after it. The body stays. */
class UploadProducer extends ServiceProducer<Uploads> {

    private final UploadEndpoint endpoint;

    UploadProducer(UploadEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    protected void forgetLastAnswer(Exchange exchange) {
        exchange.getMessage().removeHeader(UploadConstants.UPLOAD_ID);
        exchange.getMessage().removeHeader(UploadConstants.UPLOAD_DUPLICATE);
        exchange.getMessage().removeHeader(UploadConstants.UPLOAD_ANNOTATED);
    }

    @Override
    protected void handle(Exchange exchange) {
        Message message = exchange.getMessage();
        UploadOptions options = UploadOptions.take(message, endpoint.getProject(), endpoint.getConfiguration());
        if (isBatch(exchange)) {
            throw new IllegalArgumentException("the body is a list, but " + endpoint
                    + " takes one image: split the list before it");
        }
        Optional<Annotation> annotation = options.annotation()
                .or(() -> options.annotateWithResult() ? result(exchange) : Optional.empty());
        ImageSource image = options.named(image(exchange));
        DatasetPlace place = options.place();
        Deadline deadline = deadline();
        UploadedImage uploaded = await(service().upload(image, place, endpoint.getConfiguration().getImageInput(), deadline),
                deadline, image.name(), "the dataset " + place.project());
        message.setHeader(UploadConstants.UPLOAD_ID, uploaded.id());
        message.setHeader(UploadConstants.UPLOAD_DUPLICATE, uploaded.duplicate());
        annotation.ifPresent(labels -> {
            boolean taken = await(service().annotate(place.project(), uploaded, image.name(), labels, deadline), deadline,
                    "the annotation of " + image.name(), "the dataset " + place.project());
            message.setHeader(UploadConstants.UPLOAD_ANNOTATED, taken);
        });
    }

    private static Optional<Annotation> result(Exchange exchange) {
        Inference result = exchange.getProperty(ExchangeProperties.INFERENCE, Inference.class);
        if (result == null) {
            throw new IllegalArgumentException("annotateWithResult=true, but there is no result of a model: the exchange property "
                    + ExchangeProperties.INFERENCE + " is not set");
        }
        return Annotation.of(result);
    }
}
