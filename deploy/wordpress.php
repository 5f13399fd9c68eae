<?php
/**
 * Plugin Name: Tìm Đoạn
 * Description: Sends posts to Tìm Đoạn when they are saved, and removes them when they leave the site.
 *
 * Put this file into wp-content/mu-plugins/, and the address and a key into wp-config.php:
 *   define('TIMDOAN_URL', 'https://search.example');
 *   define('TIMDOAN_KEY', '...');            // webapp keys add wordpress --role write
 */

defined('ABSPATH') || exit;

function timdoan_send(string $method, int $post_id, ?array $article = null): void
{
    $answer = wp_remote_request(TIMDOAN_URL . '/api/v1/articles/wp-' . $post_id, [
        'method' => $method,
        'timeout' => 5,
        'headers' => ['Authorization' => 'Bearer ' . TIMDOAN_KEY, 'Content-Type' => 'application/json'],
        'body' => $article === null ? null : wp_json_encode($article),
    ]);
    $status = wp_remote_retrieve_response_code($answer);
    if (is_wp_error($answer) || $status >= 300) {
        error_log("Tìm Đoạn: $method wp-$post_id: " . (is_wp_error($answer) ? $answer->get_error_message() : $status));
        // The last write counts, so sending again later does no harm.
        wp_schedule_single_event(time() + 300, 'timdoan_again', [$post_id]);
    }
}

function timdoan_sync(int $post_id): void
{
    $post = get_post($post_id);
    if (!$post || $post->post_type !== 'post' || wp_is_post_revision($post_id)) {
        return;
    }
    if ($post->post_status !== 'publish' || $post->post_password !== '') {
        timdoan_send('DELETE', $post_id);
        return;
    }
    // Blocks end paragraphs; what is left of the markup is taken out.
    $text = preg_replace('~</(p|h[1-6]|li|figcaption|blockquote|tr)>~i', "$0\n\n", apply_filters('the_content', $post->post_content));
    timdoan_send('PUT', $post_id, [
        'title' => html_entity_decode(get_the_title($post), ENT_QUOTES | ENT_HTML5, 'UTF-8'),
        'text' => html_entity_decode(wp_strip_all_tags($text), ENT_QUOTES | ENT_HTML5, 'UTF-8'),
        'url' => get_permalink($post),
        'date' => get_the_date('Y-m-d', $post),
        'author' => get_the_author_meta('display_name', $post->post_author),
        'source' => get_bloginfo('name'),
    ]);
}

add_action('save_post', 'timdoan_sync', 20);
add_action('timdoan_again', 'timdoan_sync');
add_action('transition_post_status', fn($new, $old, $post) => $old === 'publish' && $new !== 'publish' && timdoan_sync($post->ID), 20, 3);
add_action('deleted_post', fn($post_id) => timdoan_send('DELETE', $post_id));
