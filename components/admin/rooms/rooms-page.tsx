"use client";

import { Button, SegmentedControl } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter, useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { RoomItem } from "@/domain/contracts/people";
import { nameTopics } from "@/domain/rules/topics";
import { lazyPart } from "../../lib/lazy-part";
import { useTRPC } from "../../lib/trpc";
import { useLocaleFormats } from "../../lib/use-locale-formats";
import { type Column, DataTable } from "../../ui/data-table";
import { PagedList } from "../../ui/paged-list";
import classes from "../admin.module.css";
import { ReasonDialog } from "../reason-dialog";
import { SearchForm } from "../search-form";
import { readUntil, UntilField } from "../until-field";

const EditRoomDialog = lazyPart(() => import("./edit-room-dialog").then((m) => m.EditRoomDialog));

const REFRESH_MS = 5_000;
const STATES = ["all", "live", "banned"] as const;
type State = (typeof STATES)[number];

/** Every room, live or not: found, closed by the platform and let go. */
export function RoomsPage() {
  const t = useTranslations("admin");
  return (
    <>
      <div className={classes.pageHead}>
        <h1 className={classes.title}>{t("rooms")}</h1>
        <p className={classes.hint}>{t("roomsText")}</p>
      </div>
      <Rooms />
    </>
  );
}

function Rooms() {
  const t = useTranslations("adminRooms");
  const router = useRouter();
  const text = useSearchParams().get("q") ?? "";
  const [state, setState] = useState<State>("all");
  return (
    <section className={classes.card} aria-label={t("search")}>
      <SearchForm
        key={text}
        label={t("search")}
        placeholder={t("placeholder")}
        submit={t("find")}
        initial={text}
        onSearch={(q) => router.replace(`/admin/rooms?${new URLSearchParams({ q })}`, { scroll: false })}
      />
      <SegmentedControl
        value={state}
        onChange={(value) => setState(STATES.find((one) => one === value) ?? "all")}
        aria-label={t("show")}
        data={STATES.map((value) => ({ value, label: t(`states.${value}`) }))}
      />
      <Found text={text} state={state} />
    </section>
  );
}

function Found({ text, state }: { text: string; state: State }) {
  const t = useTranslations("adminRooms");
  const trpc = useTRPC();
  const formats = useLocaleFormats();
  const [chosen, setChosen] = useState<RoomItem | null>(null);
  const [edited, setEdited] = useState<RoomItem | null>(null);
  const rooms = useInfiniteQuery(
    trpc.room.search.infiniteQueryOptions(
      { text: text || undefined, state: state === "all" ? undefined : state },
      {
        getNextPageParam: (page) => page.nextCursor ?? undefined,
        placeholderData: keepPreviousData,
        refetchInterval: REFRESH_MS,
      },
    ),
  );
  const banOf = ({ banned, ban }: RoomItem) => {
    if (!banned) return null;
    if (!ban) return t("banned");
    return (
      <>
        {t("banned")} · <bdi>{ban.reason}</bdi> ·{" "}
        {ban.until ? t("untilAt", { at: formats.dateTime(ban.until) }) : t("forGood")}
      </>
    );
  };
  const columns: Column<RoomItem>[] = [
    {
      key: "title",
      label: t("title"),
      isTitle: true,
      renderCell: ({ roomId, title }) => (
        <Link className={classes.link} href={`/room/${roomId}`}>
          {title}
        </Link>
      ),
    },
    {
      key: "anchor",
      label: t("anchor"),
      renderCell: ({ anchor }) => (
        <Link className={classes.link} href={`/admin/users?userId=${anchor.userId}`}>
          {anchor.nickname}
        </Link>
      ),
    },
    {
      key: "about",
      label: t("about"),
      renderCell: (room) => (
        <bdi>
          {nameTopics(room, formats.locale)
            .map(({ name }) => name)
            .join(" · ")}
        </bdi>
      ),
    },
    {
      key: "state",
      label: t("state"),
      renderCell: ({ isLive, viewerCount }) => (isLive ? t("live", { viewers: viewerCount }) : t("closed")),
    },
    { key: "ban", label: t("banned"), className: classes.bad, renderCell: banOf },
    {
      key: "act",
      label: t("ban"),
      isActing: true,
      renderCell: (room) => (
        <Button.Group>
          <Button size="compact-sm" variant="default" onClick={() => setEdited(room)} data-testid="edit-room">
            {t("edit")}
          </Button>
          <Button
            size="compact-sm"
            variant={room.banned ? "default" : "filled"}
            color={room.banned ? undefined : "red"}
            onClick={() => setChosen(room)}
            data-testid={room.banned ? "unban-room" : "ban-room"}
          >
            {t(room.banned ? "unban" : "ban")}
          </Button>
        </Button.Group>
      ),
    },
  ];
  return (
    <>
      <PagedList query={rooms} loading={t("loading")} empty={<p className={classes.hint}>{t("none")}</p>}>
        {(items: readonly RoomItem[]) => (
          <DataTable
            label={t("search")}
            items={items}
            columns={columns}
            rowKey={({ roomId }) => roomId}
            rowProps={({ roomId, banned }) => ({
              "data-testid": "room-row",
              "data-room-id": roomId,
              "data-banned": banned,
            })}
            testId="rooms-found"
          />
        )}
      </PagedList>
      {edited ? <EditRoomDialog room={edited} onClose={() => setEdited(null)} /> : null}
      {chosen ? <BanDialog room={chosen} onClose={() => setChosen(null)} /> : null}
    </>
  );
}

function BanDialog({ room, onClose }: { room: RoomItem; onClose: () => void }) {
  const t = useTranslations("adminRooms");
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [until, setUntil] = useState("");
  const options = {
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: trpc.room.search.pathKey() });
      onClose();
    },
  };
  const ban = useMutation(trpc.room.ban.mutationOptions(options));
  const unban = useMutation(trpc.room.unban.mutationOptions(options));
  const { roomId, banned } = room;
  return (
    <ReasonDialog
      title={t(banned ? "unbanTitle" : "banTitle", { title: room.title })}
      confirm={t(banned ? "unban" : "ban")}
      danger={!banned}
      isPending={ban.isPending || unban.isPending}
      error={ban.error ?? unban.error}
      onConfirm={(reason) =>
        banned ? unban.mutate({ roomId, reason }) : ban.mutate({ roomId, reason, until: readUntil(until) })
      }
      onClose={onClose}
    >
      <p style={{ margin: 0 }}>{t(banned ? "unbanText" : "banText")}</p>
      {banned ? null : <UntilField value={until} onChange={setUntil} />}
    </ReasonDialog>
  );
}
