package io.github.camelroboflow.component.upload;

import io.github.camelroboflow.component.MessageImages;
import io.github.camelroboflow.component.ServiceProducer;
import io.github.camelroboflow.hosted.http.Deadline;
import io.github.camelroboflow.hosted.upload.Annotation;
import io.github.camelroboflow.hosted.upload.UploadService;
import io.github.camelroboflow.hosted.upload.UploadService.UploadTarget;
import io.github.camelroboflow.hosted.upload.UploadService.UploadedImage;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.support.ContractNames;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Sends the image of a message to a dataset, and then its labels. The body stays. */
class UploadProducer extends ServiceProducer<UploadService> {

    private final UploadEndpoint endpoint;

    UploadProducer(UploadEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    protected void clearLastResult(Exchange exchange) {
        exchange.getMessage().removeHeader(UploadConstants.UPLOAD_ID);
        exchange.getMessage().removeHeader(UploadConstants.UPLOAD_DUPLICATE);
        exchange.getMessage().removeHeader(UploadConstants.UPLOAD_ANNOTATED);
    }

    @Override
    protected void handle(Exchange exchange) {
        Message message = exchange.getMessage();
        UploadRequest options = UploadRequest.take(message, endpoint.getProject(), endpoint.getConfiguration());
        MessageImages images = images(exchange);
        if (images.isBatch()) {
            throw new IllegalArgumentException(images.attachmentNames().map(names -> "the message has " + names.size()
                    + " images as attachments (" + String.join(", ", names) + "), but " + endpoint
                    + " takes one: send each in a message of its own")
                    .orElse("the body is a list, but " + endpoint + " takes one image: split the list before it"));
        }
        Optional<Annotation> annotation = options.annotation()
                .or(() -> options.annotateWithResult() ? result(exchange) : Optional.empty());
        ImageSource image = options.named(images.named());
        UploadTarget place = options.place();
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
        Inference result = exchange.getProperty(ContractNames.INFERENCE, Inference.class);
        if (result == null) {
            throw new IllegalArgumentException("annotateWithResult=true, but there is no result of a model: the exchange property "
                    + ContractNames.INFERENCE + " is not set");
        }
        return Annotation.of(result);
    }

    /**
     * The options of one upload: the options of the endpoint, changed by the message's headers.
     *
     * @param name               the image's name in the dataset; empty for its own name
     * @param annotation         the labels that came with the message
     * @param annotateWithResult whether the last result is sent as labels if the message has none
     */
    record UploadRequest(UploadTarget place, String name, Optional<Annotation> annotation, boolean annotateWithResult) {

        private static final Set<String> HEADERS = Set.of(UploadConstants.OPTION_NAME, UploadConstants.OPTION_SPLIT,
                UploadConstants.OPTION_BATCH, UploadConstants.OPTION_TAG, UploadConstants.OPTION_ANNOTATE_WITH_RESULT,
                UploadConstants.OPTION_ANNOTATION_FORMAT, UploadConstants.OPTION_PREDICTION);

        /** @throws IllegalArgumentException naming the option that is wrong */
        static UploadRequest of(String project, UploadConfiguration endpoint) {
            new Annotation(endpoint.getAnnotationFormat(), new byte[] {0}, endpoint.isPrediction());
            return new UploadRequest(new UploadTarget(project, text(endpoint.getSplit()), text(endpoint.getBatch()),
                    tags(endpoint.getTag())), "", Optional.empty(), endpoint.isAnnotateWithResult());
        }

        /**
         * Reads the options from the headers. Removes the headers, since they apply to one call only.
         *
         * @throws IllegalArgumentException naming the header or the option that is unknown or wrong
         */
        static UploadRequest take(Message message, String project, UploadConfiguration endpoint) {
            Object labels = message.removeHeader(UploadConstants.ANNOTATION);
            Values values = new Values(message, takeOptions(message, UploadConstants.OPTION_PREFIX, HEADERS));
            UploadTarget place = new UploadTarget(project, values.get(UploadConstants.OPTION_SPLIT, text(endpoint.getSplit())),
                    values.get(UploadConstants.OPTION_BATCH, text(endpoint.getBatch())), values.tags(endpoint.getTag()));
            String format = values.get(UploadConstants.OPTION_ANNOTATION_FORMAT, endpoint.getAnnotationFormat());
            boolean prediction = values.get(UploadConstants.OPTION_PREDICTION, endpoint.isPrediction());
            Optional<Annotation> annotation = Optional.ofNullable(labels)
                    .map(value -> new Annotation(format, values.convert(UploadConstants.ANNOTATION, value, byte[].class),
                    prediction));
            return new UploadRequest(place, values.get(UploadConstants.OPTION_NAME, ""), annotation,
                    values.get(UploadConstants.OPTION_ANNOTATE_WITH_RESULT, endpoint.isAnnotateWithResult()));
        }

        /** Returns the image under the name that it gets in the dataset. */
        ImageSource named(ImageSource image) {
            return name.isBlank() ? image : image.named(name);
        }

        private static String text(String option) {
            return Objects.requireNonNullElse(option, "");
        }

        private static List<String> tags(String commaList) {
            return Arrays.stream(text(commaList).split(",")).map(String::strip).filter(tag -> !tag.isEmpty()).toList();
        }

        private record Values(Message message, Map<String, Object> given) {

            @SuppressWarnings("unchecked")
            <T> T get(String header, T otherwise) {
                Object value = given.get(header);
                return value == null ? otherwise : convert(header, value, (Class<T>) otherwise.getClass());
            }

            List<String> tags(String otherwise) {
                Object value = given.get(UploadConstants.OPTION_TAG);
                return value instanceof Collection<?> list
                        ? list.stream().filter(Objects::nonNull).map(String::valueOf).filter(tag -> !tag.isBlank()).toList()
                        : UploadRequest.tags(get(UploadConstants.OPTION_TAG, text(otherwise)));
            }

            <T> T convert(String header, Object value, Class<T> type) {
                T converted = message.getExchange().getContext().getTypeConverter()
                        .tryConvertTo(type, message.getExchange(), value);
                if (converted == null) {
                    throw new IllegalArgumentException("the header " + header + " holds a " + value.getClass().getSimpleName()
                            + " that can't be converted to " + type.getSimpleName());
                }
                return converted;
            }
        }
    }
}
