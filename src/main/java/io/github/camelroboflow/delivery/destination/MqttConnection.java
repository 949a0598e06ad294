package io.github.camelroboflow.delivery.destination;

import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.MqttClientState;
import com.hivemq.client.mqtt.MqttClientTransportConfig;
import com.hivemq.client.mqtt.MqttClientTransportConfigBuilder;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.exceptions.MqttEncodeException;
import com.hivemq.client.mqtt.lifecycle.MqttClientConnectedContext;
import com.hivemq.client.mqtt.lifecycle.MqttClientDisconnectedContext;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperties;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserPropertiesBuilder;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubRecException;
import com.hivemq.client.mqtt.mqtt5.message.Mqtt5ReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PayloadFormatIndicator;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishBuilder;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult;
import io.github.camelroboflow.delivery.failure.DestinationException.Fault;
import io.github.camelroboflow.delivery.failure.DestinationException;
import io.github.camelroboflow.delivery.failure.FailureClassifier;
import io.github.camelroboflow.delivery.outbox.DestinationSender;
import io.github.camelroboflow.http.SystemTls;
import io.github.camelroboflow.inference.support.Advice;
import io.github.camelroboflow.inference.support.Hashes;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection to a broker of MQTT 5, made for the first message and made again when it is lost. A message is accepted when the
 * broker has acknowledged it. The session ends with the connection: only the outbox repeats messages.
 */
public final class MqttConnection implements DestinationSender, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MqttConnection.class);

    private static final int KEEP_ALIVE_SECONDS = 30;
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final int MOST_DOUBLINGS = 5;
    /** The size of the largest packet that the broker may send, in bytes: acknowledgements are small. */
    private static final int LARGEST_ANSWER = 64 << 10;

    /** The headers that receivers get as user properties. */
    private static final List<String> PROPERTIES = List.of("deliveryId", "resultKey", "model", "image", "source");

    /** The states of the program in its status topic. */
    private static final String ONLINE = "online";
    private static final String OFFLINE = "offline";

    private static final Set<Mqtt5ConnAckReasonCode> LOGIN = Set.of(Mqtt5ConnAckReasonCode.NOT_AUTHORIZED,
            Mqtt5ConnAckReasonCode.BAD_USER_NAME_OR_PASSWORD);
    /** Reason codes of MQTT 5 (table 2-6) about the message itself: topic name invalid, payload format invalid. */
    private static final Set<Integer> REFUSALS = Set.of(0x90, 0x99);
    private static final int NOT_AUTHORIZED = 0x87;
    private static final int QUOTA_EXCEEDED = 0x97;

    private final MqttSettings settings;
    private volatile Mqtt5AsyncClient client;
    private volatile CompletableFuture<Void> connected = new CompletableFuture<>();
    private volatile Throwable failure;
    private volatile boolean closed;

    /**
     * The settings of a broker.
     *
     * @param broker      its address, such as {@code mqtts://broker.example:8883}
     * @param user        the user name; empty if the broker requires none
     * @param clientId    the name of this client at the broker; empty for one of this machine and working folder
     * @param statusTopic the topic that holds {@value #ONLINE} or {@value #OFFLINE}; empty for none
     * @param timeout     the longest wait for the connection, and for an acknowledgement
     */
    public record MqttSettings(String broker, String user, String password, String clientId, String statusTopic,
            Duration timeout) {

        @Override
        public String toString() {
            return MqttSettings.class.getSimpleName();
        }
    }

    public MqttConnection(MqttSettings settings) {
        this.settings = settings;
    }

    /** @throws DestinationException also if the broker did not acknowledge the message in time, though it may have it */
    @Override
    public void send(Delivery delivery) throws DestinationException {
        Mqtt5Publish message = message(delivery);
        Mqtt5AsyncClient ready = connectedClient();
        try {
            Mqtt5PublishResult result = ready.publish(message).get(settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
            Optional<Throwable> error = result.getError();
            if (error.isPresent()) {
                throw refused(error.get(), delivery);
            }
        } catch (ExecutionException e) {
            throw refused(e.getCause(), delivery);
        } catch (TimeoutException e) {
            throw new DestinationException(Fault.UNCLEAR, "the broker " + broker() + " acknowledged nothing within "
                    + settings.timeout().toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DestinationException(Fault.UNCLEAR, "interrupted while the broker " + broker() + " was to acknowledge", e);
        }
    }

    private static Mqtt5Publish message(Delivery delivery) throws DestinationException {
        try {
            Mqtt5UserPropertiesBuilder properties = Mqtt5UserProperties.builder();
            for (String name : PROPERTIES) {
                properties = properties.add(name, delivery.header(name));
            }
            String expiry = delivery.header(MqttStep.EXPIRY);
            Mqtt5PublishBuilder.Complete message = Mqtt5Publish.builder().topic(delivery.header(MqttStep.TOPIC))
                    .payload(delivery.content())
                    .qos(MqttQos.fromCode(Integer.parseInt(delivery.header(MqttStep.QOS))))
                    .retain(Boolean.parseBoolean(delivery.header(MqttStep.RETAINED)))
                    .contentType("application/json").payloadFormatIndicator(Mqtt5PayloadFormatIndicator.UTF_8)
                    .correlationData(delivery.deliveryId().getBytes(StandardCharsets.UTF_8)).userProperties(properties.build());
            return (expiry.isEmpty() ? message : message.messageExpiryInterval(Long.parseLong(expiry))).build();
        } catch (IllegalArgumentException e) {
            throw new DestinationException(Fault.MESSAGE, "MQTT can't send it: " + e.getMessage(), e);
        }
    }

    /**
     * Connects if nothing has done so yet, without waiting.
     *
     * @throws DestinationException if Java's properties name certificates that can't be used
     */
    synchronized Mqtt5AsyncClient open() throws DestinationException {
        if (client == null) {
            client = client();
            // a listener is told how it ends
            client.connectWith().cleanStart(true).sessionExpiryInterval(0).keepAlive(KEEP_ALIVE_SECONDS)
                    .restrictions().maximumPacketSize(LARGEST_ANSWER).applyRestrictions().send();
        }
        return client;
    }

    private Mqtt5AsyncClient client() throws DestinationException {
        Mqtt5ClientBuilder builder = Mqtt5Client.builder().identifier(clientId()).transportConfig(transport())
                .executorConfig().nettyThreads(1).applyExecutorConfig()
                .addConnectedListener(this::connected).addDisconnectedListener(this::disconnected);
        if (!settings.user().isEmpty()) {
            builder = builder.simpleAuth().username(settings.user()).password(settings.password().getBytes(StandardCharsets.UTF_8))
                    .applySimpleAuth();
        }
        return (settings.statusTopic().isEmpty() ? builder : builder.willPublish(status(OFFLINE).asWill())).buildAsync();
    }

    private MqttClientTransportConfig transport() throws DestinationException {
        URI address = Address.parse(settings.broker());
        MqttClientTransportConfigBuilder transport = MqttClientTransportConfig.builder().serverHost(address.getHost())
                .serverPort(Address.port(address)).socketConnectTimeout(settings.timeout().toMillis(), TimeUnit.MILLISECONDS)
                .mqttConnectTimeout(settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
        return (Address.isEncrypted(address) ? transport.sslConfig(tls()) : transport).build();
    }

    private MqttClientSslConfig tls() throws DestinationException {
        try {
            return MqttClientSslConfig.builder().trustManagerFactory(SystemTls.trust())
                    .keyManagerFactory(SystemTls.keys().orElse(null))
                    .handshakeTimeout(settings.timeout().toMillis(), TimeUnit.MILLISECONDS).build();
        } catch (IllegalArgumentException e) {
            throw new DestinationException(Fault.DESTINATION, e.getMessage(), e);
        }
    }

    private Mqtt5Publish status(String state) {
        return Mqtt5Publish.builder().topic(settings.statusTopic()).payload(state.getBytes(StandardCharsets.UTF_8))
                .qos(MqttQos.AT_LEAST_ONCE).retain(true).payloadFormatIndicator(Mqtt5PayloadFormatIndicator.UTF_8)
                .contentType("text/plain").build();
    }

    /** Returns the id by which the broker knows this program, the same at each start and different for each installation. */
    private String clientId() {
        return settings.clientId().isEmpty() ? "camel-roboflow-" + Hashes.sha256Hex(machine() + Path.of("").toAbsolutePath())
                .substring(0, 12) : settings.clientId();
    }

    private static String machine() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            // its folder alone tells it from others
            return "";
        }
    }

    private void connected(MqttClientConnectedContext context) {
        if (closed) {
            client.disconnect();
            return;
        }
        failure = null;
        connected.complete(null);
        if (!settings.statusTopic().isEmpty()) {
            client.publish(status(ONLINE)).whenComplete((result, error) -> {
                Throwable reason = error != null ? error : result.getError().orElse(null);
                if (reason != null) {
                    LOG.warn("{} can't be set to {}: {}", settings.statusTopic(), ONLINE, FailureClassifier.describe(reason));
                }
            });
        }
    }

    private void disconnected(MqttClientDisconnectedContext context) {
        boolean wasConnected = connected.isDone();
        failure = context.getCause();
        CompletableFuture<Void> waiting = connected;
        connected = new CompletableFuture<>();
        waiting.completeExceptionally(failure);
        if (closed) {
            return;
        }
        if (wasConnected) {
            LOG.warn("The connection to the MQTT broker {} was lost and is made again: {}", broker(), reason(failure));
        }
        long pause = Math.min(FIRST_PAUSE.toMillis() << Math.min(context.getReconnector().getAttempts(), MOST_DOUBLINGS),
                LONGEST_PAUSE.toMillis());
        context.getReconnector().reconnect(true).delay(pause, TimeUnit.MILLISECONDS);
    }

    /** Returns the client when it is connected. Waits for the first connection; a lost one is made in the background. */
    private Mqtt5AsyncClient connectedClient() throws DestinationException {
        Mqtt5AsyncClient opened = open();
        if (failure == null && !opened.getState().isConnected()) {
            try {
                connected.get(settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
            } catch (ExecutionException | TimeoutException e) {
                LOG.debug("not connected", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        if (!opened.getState().isConnected()) {
            Throwable cause = failure;
            throw new DestinationException(Fault.DESTINATION, "there is no connection to the MQTT broker " + broker() + ": "
                    + (cause == null ? "it did not answer within " + settings.timeout().toSeconds() + " s"
                    + (Address.isEncrypted(Address.parse(settings.broker())) ? ": does it speak TLS at that port?" : "")
                    : reason(cause)), cause);
        }
        return opened;
    }

    private String reason(Throwable cause) {
        if (cause instanceof Mqtt5ConnAckException refusal) {
            Mqtt5ConnAckReasonCode code = refusal.getMqttMessage().getReasonCode();
            return LOGIN.contains(code) ? "it refuses the login (" + code + "): " + Advice.choose("set MQTT_USER and MQTT_PASSWORD",
                    "set the properties mqtt.user and mqtt.password") : "it refuses the client (" + code + ")";
        }
        if (cause instanceof Mqtt5DisconnectException end) {
            String code = end.getMqttMessage().getReasonCode().toString();
            return "it ended the connection (" + code + ")" + (code.equals("SESSION_TAKEN_OVER")
                    ? ": another program has the same client id, so set mqtt.clientId" : "");
        }
        Throwable inner = cause;
        while (inner.getCause() != null && !(inner instanceof SSLException)) {
            inner = inner.getCause();
        }
        return FailureClassifier.describe(inner);
    }

    /** Returns the failure of a message that was sent, or could not be. */
    private DestinationException refused(Throwable error, Delivery delivery) {
        if (error instanceof MqttEncodeException) {
            return new DestinationException(Fault.MESSAGE, "the broker " + broker() + " does not take a message of "
                    + delivery.content().length + " bytes: raise its largest packet size, or send such results to a folder, a"
                    + " bucket or a webhook", error);
        }
        Mqtt5ReasonCode code = error instanceof Mqtt5PubAckException ack ? ack.getMqttMessage().getReasonCode()
                : error instanceof Mqtt5PubRecException received ? received.getMqttMessage().getReasonCode() : null;
        if (code == null) {
            return new DestinationException(error instanceof Mqtt5DisconnectException ? Fault.UNCLEAR : Fault.DESTINATION,
                    "the connection to the MQTT broker " + broker() + " was lost: " + reason(error), error);
        }
        String refusal = "the broker " + broker() + " does not take a message for " + delivery.header(MqttStep.TOPIC) + " (" + code
                + ")";
        return switch (code.getCode()) {
            case NOT_AUTHORIZED -> new DestinationException(Fault.DESTINATION, refusal
                    + ": its administrator must allow this program's user to send there", error);
            case QUOTA_EXCEEDED -> new DestinationException(Fault.DESTINATION, refusal, error);
            default -> new DestinationException(REFUSALS.contains(code.getCode()) ? Fault.MESSAGE : Fault.UNCLEAR, refusal, error);
        };
    }

    private String broker() {
        URI address = Address.parse(settings.broker());
        return address.getHost() + ":" + Address.port(address);
    }

    /** Sets the status and ends the connection. */
    @Override
    public synchronized void close() {
        closed = true;
        if (client == null || client.getState() == MqttClientState.DISCONNECTED) {
            return;
        }
        try {
            if (!settings.statusTopic().isEmpty() && client.getState().isConnected()) {
                client.publish(status(OFFLINE)).get(settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
            }
            client.disconnect().get(settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("not closed in order", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The address of a broker: {@code mqtt://host:port}, or {@code mqtts://host:port} with TLS. */
    public static final class Address {

        private static final Set<String> PLAIN = Set.of("mqtt", "tcp");
        private static final Set<String> ENCRYPTED = Set.of("mqtts", "ssl");
        private static final int PLAIN_PORT = 1883;
        private static final int ENCRYPTED_PORT = 8883;
        private static final int HIGHEST_PORT = 65_535;

        private Address() {
        }

        /** @throws IllegalArgumentException if no client could ever connect to such a broker; its message has no address */
        public static void check(String text) {
            parse(text);
        }

        static URI parse(String text) {
            try {
                URI address = new URI(text.strip());
                boolean known = address.getScheme() != null
                        && (PLAIN.contains(address.getScheme()) || ENCRYPTED.contains(address.getScheme()));
                if (!known || address.getHost() == null || port(address) < 1 || port(address) > HIGHEST_PORT
                        || address.getRawUserInfo() != null || !address.getRawPath().replace("/", "").isEmpty()
                        || address.getRawQuery() != null || address.getRawFragment() != null) {
                    throw new IllegalArgumentException("it is mqtt://host:port, or mqtts://host:port with TLS");
                }
                return address;
            } catch (URISyntaxException e) {
                throw new IllegalArgumentException("it is mqtt://host:port, or mqtts://host:port with TLS");
            }
        }

        static boolean isEncrypted(URI address) {
            return ENCRYPTED.contains(address.getScheme());
        }

        static int port(URI address) {
            return address.getPort() >= 0 ? address.getPort() : isEncrypted(address) ? ENCRYPTED_PORT : PLAIN_PORT;
        }
    }
}
