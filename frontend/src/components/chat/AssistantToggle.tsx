"use client";

import { useAssistant } from "@/components/ChatProvider";
import { SparkIcon } from "@/components/ui/icons";

/** The page's button for the assistant. */
export function AssistantToggle() {
  const { isOpen, open, close, toggleRef } = useAssistant();
  return (
    <button
      aria-expanded={isOpen}
      aria-label={isOpen ? "Close assistant" : "Open assistant"}
      className="button button-secondary button-icon aria-expanded:bg-accent-soft @xl:w-auto @xl:px-3"
      onClick={isOpen ? close : open}
      ref={toggleRef}
      type="button"
    >
      <span className="text-accent">
        <SparkIcon />
      </span>
      <span className="hidden @xl:inline">Assistant</span>
    </button>
  );
}
