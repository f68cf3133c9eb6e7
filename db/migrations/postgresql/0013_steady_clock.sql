CREATE TABLE steady_clock (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    believed_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    steady_ms BIGINT NOT NULL
);
INSERT INTO steady_clock (id, believed_at, seen_at, steady_ms) VALUES (1, 0, 0, 0);
